/**
 * Sends the callbacks of deliveries that have ended. It runs whenever callbacks are due.
 *
 * Invariants: nothing here changes a delivery. A callback is delivered at least once a generation, or ends dead
 * after a day. The `webhook-id` is the same for each attempt, so that a receiver can recognize repeats. The outcome of
 * an attempt is saved only if the delivery was not replayed meanwhile.
 */
import { isoMoment } from "../../operations/moment.ts";
import {
  decideAfterCallback,
  decidePutOff,
  type CallbackDecision,
  type CallbackOutcome,
} from "../../delivery/callback.ts";
import { isEnded, type Delivery } from "../../delivery/record.ts";
import type { Emit } from "../../telemetry/events.ts";
import type { HostSlots } from "./host-slots.ts";
import type { CallbackLease, Callbacks, LeasedCallback } from "./ports.ts";
import type { Posted, Signed } from "./signature.ts";

export interface CallbackContext {
  readonly account: string;
  readonly callbacks: Callbacks;
  readonly post: (url: string, posted: Posted) => Promise<CallbackOutcome>;
  /** The delivery as producers see it. */
  readonly view: (delivery: Delivery) => object;
  readonly slots: HostSlots;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicMs: () => number;
  readonly random: () => number;
  readonly emit: Emit;
}

const MOST_AT_ONCE = 200;
/** A callback takes at most 10 s; after this time another worker may try it. */
const LEASE_MS = 30_000;
/** A callback that has waited longer for its receiver is put off: its lease could run out during the call. */
const LONGEST_WAIT_MS = 15_000;

export async function leaseCallbacks({ callbacks }: CallbackContext): Promise<CallbackLease> {
  return callbacks.lease(MOST_AT_ONCE, LEASE_MS);
}

/** Starts all of these callbacks; resolves when each has ended. */
export function notifyProducers(
  { now, callbacks }: CallbackLease,
  context: CallbackContext,
): Promise<void>[] {
  const leasedAt = context.monotonicMs();
  return callbacks.map(async (callback) => notify(callback, { moment: { now, leasedAt }, context }));
}

interface Moment {
  /** When it was leased, in ms of Redis' clock. */
  readonly now: number;
  readonly leasedAt: number;
}

async function notify(
  leased: LeasedCallback,
  { moment: { now, leasedAt }, context }: { readonly moment: Moment; readonly context: CallbackContext },
): Promise<void> {
  const { delivery, state } = leased;
  const url = leased.url ?? delivery?.request.callbackUrl ?? null;
  // Replayed meanwhile: it will be due again when it ends.
  if (url === null || (delivery !== null && !isEnded(delivery.state.status))) {
    await context.callbacks.save(leased, { decision: { state, nextAt: null }, now });
    return;
  }
  const traceparent = delivery?.request.traceparent ?? null;
  let startedAt = leasedAt;
  const outcome = await context.slots.run(new URL(url).host, async () => {
    startedAt = context.monotonicMs();
    const waitedMs = startedAt - leasedAt;
    return waitedMs > LONGEST_WAIT_MS
      ? null
      : context.post(url, { message: messageOf(leased, { now, context }), now: now + waitedMs, traceparent });
  });
  const durationMs = Math.round(context.monotonicMs() - startedAt);
  const savedAt = Math.round(now + context.monotonicMs() - leasedAt);
  await (outcome === null
    ? putOff(leased, { leasedAt: now, now: savedAt, durationMs, context })
    : saveOutcome(leased, { outcome, now: savedAt, durationMs, context }));
}

/** Not tried: its receiver is busy with others. */
async function putOff(
  leased: LeasedCallback,
  { leasedAt, now, durationMs, context }: Saving & { readonly leasedAt: number },
): Promise<void> {
  const decision = decidePutOff(leased.state, {
    leasedAt,
    now,
    endedAt: leased.delivery?.state.finishedAt ?? now,
    jitter: context.random(),
  });
  const isSaved = await context.callbacks.save(leased, { decision, now });
  if (isSaved && decision.nextAt === null)
    emitTried(leased, { decision, outcome: "failed", durationMs, context });
}

interface Saving {
  readonly now: number;
  readonly durationMs: number;
  readonly context: CallbackContext;
}

async function saveOutcome(
  leased: LeasedCallback,
  { outcome, now, durationMs, context }: Saving & { readonly outcome: CallbackOutcome },
): Promise<void> {
  const endedAt = leased.delivery?.state.finishedAt ?? null;
  const decision = decideAfterCallback(leased.state, { outcome, now, endedAt, jitter: context.random() });
  if (await context.callbacks.save(leased, { decision, now }))
    emitTried(leased, { decision, outcome: outcome.kind, durationMs, context });
}

function emitTried(
  leased: LeasedCallback,
  {
    decision,
    outcome,
    durationMs,
    context,
  }: Omit<Saving, "now"> & {
    readonly decision: CallbackDecision;
    readonly outcome: CallbackOutcome["kind"];
  },
): void {
  context.emit({
    event: "callback.tried",
    account: context.account,
    id: leased.id,
    outcome,
    detail: decision.state.detail ?? "",
    attempts: decision.state.attempts,
    status: decision.state.status,
    nextAt: decision.nextAt,
    generation: leased.delivery?.state.generation ?? 1,
    durationMs,
    traceparent: leased.delivery?.request.traceparent ?? null,
  });
}

function messageOf(
  { id, delivery }: LeasedCallback,
  { now, context }: { readonly now: number; readonly context: CallbackContext },
): Signed {
  const timestamp = Math.floor(now / 1_000);
  if (delivery === null)
    return { id, timestamp, body: JSON.stringify(unreadable({ id, account: context.account }, now)) };
  const { request, state } = delivery;
  const body = {
    type: `delivery.${state.status}`,
    timestamp: isoMoment(state.finishedAt ?? now),
    data: context.view(delivery),
  };
  return { id: `${request.id}_${state.generation}`, timestamp, body: JSON.stringify(body) };
}

/** The record cannot be read, so its outcome is unknown: the producer must not take it for a success. */
function unreadable({ id, account }: { readonly id: string; readonly account: string }, now: number): object {
  const detail = "its stored record cannot be read; ask whoever runs Bida what became of it";
  return {
    type: "delivery.dead",
    timestamp: isoMoment(now),
    data: { id, account, status: "dead", reason: "invalid", detail },
  };
}
