/**
 * Tells producers that their deliveries have ended: the chapter that runs whenever callbacks are due.
 *
 * Invariant: nothing here changes a delivery. A callback is told at least once or ends dead after a day;
 * the `webhook-id` is the same for each attempt, so that a receiver can tell repeats.
 */
import { decideAfterCallback, type CallbackOutcome } from "../../delivery/callback.ts";
import { isEnded, type Delivery } from "../../delivery/record.ts";
import type { Emit } from "../../telemetry/events.ts";
import type { CallbackLease, Callbacks, LeasedCallback } from "./ports.ts";
import type { Signed } from "./signature.ts";

export interface CallbackLine {
  readonly account: string;
  readonly callbacks: Callbacks;
  readonly post: (url: string, message: Signed, now: number) => Promise<CallbackOutcome>;
  /** The delivery as producers see it. */
  readonly view: (delivery: Delivery) => object;
  readonly random: () => number;
  readonly emit: Emit;
}

const MOST_AT_ONCE = 50;
/** A callback takes 10 s at the most; after this another worker may try it. */
const LEASE_MS = 30_000;

export async function leaseCallbacks({ callbacks }: CallbackLine): Promise<CallbackLease> {
  return callbacks.lease(MOST_AT_ONCE, LEASE_MS);
}

export async function notifyProducers({ now, callbacks }: CallbackLease, line: CallbackLine): Promise<void> {
  await Promise.all(callbacks.map(async (callback) => notify(callback, now, line)));
}

async function notify(
  { id, delivery, state }: LeasedCallback,
  now: number,
  line: CallbackLine,
): Promise<void> {
  // Replayed meanwhile, or unreadable: it will be due again when it ends, or there is nothing to tell.
  if (delivery === null || !isEnded(delivery.state.status) || delivery.request.callbackUrl === null) {
    await line.callbacks.save(id, { state, nextAt: null }, now);
    return;
  }
  const outcome = await line.post(delivery.request.callbackUrl, messageOf(delivery, now, line), now);
  const endedAt = delivery.state.finishedAt ?? now;
  const decision = decideAfterCallback(state, outcome, { now, endedAt, jitter: line.random() });
  await line.callbacks.save(id, decision, now);
  line.emit({
    event: "callback.tried",
    account: line.account,
    id,
    outcome: outcome.kind,
    detail: outcome.detail,
    attempts: decision.state.attempts,
    status: decision.state.status,
    nextAt: decision.nextAt,
  });
}

function messageOf(delivery: Delivery, now: number, { view }: CallbackLine): Signed {
  const { request, state } = delivery;
  const body = {
    type: `delivery.${state.status}`,
    timestamp: new Date(state.finishedAt ?? now).toISOString(),
    data: view(delivery),
  };
  return {
    id: `${request.id}_${state.generation}`,
    timestamp: Math.floor(now / 1_000),
    body: JSON.stringify(body),
  };
}
