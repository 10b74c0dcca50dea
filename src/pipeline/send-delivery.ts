/**
 * Sends one delivery: the chapter that a ticket wakes.
 *
 * Invariants: no send without a mark in Redis; a mark that this worker did not make is an unknown send,
 * to be verified; what never left is handed back at no cost; what could not leave soon after its mark
 * does not leave, because somebody else may be verifying it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Channel } from "../channels/channel.ts";
import { Departure } from "../channels/http/departure.ts";
import { decideAtDeadline } from "../delivery/decide-check.ts";
import { decideAfterSend } from "../delivery/decide-send.ts";
import { die, nextStep, type Decision } from "../delivery/decision.ts";
import { sendTargets } from "../delivery/ledger.ts";
import type { SendOutcome } from "../delivery/outcome.ts";
import type { Delivery } from "../delivery/record.ts";
import { decisionContext, inputOf, operationOf, type AccountLine } from "./account-line.ts";
import { condemn } from "./condemn.ts";
import { departing, LEAVES_WITHIN_MS, PLACE_LASTS_MS } from "./departure.ts";
import type { Beginning, Waiting } from "./ports.ts";
import { refusalOf, type Refusal } from "./refusal.ts";
import { resolveReference, withoutReference } from "./reference.ts";
import { saveDecision } from "./save-decision.ts";
import { watched, type WatchedAccount } from "./watched-account.ts";

/** What becomes of the ticket: it has served, or it is to ring again. */
export type TicketFate = { readonly kind: "served" } | { readonly kind: "again"; readonly delayMs: number };

/** Whoever finds a send's mark older than this without a ticket gives it a new one. */
const ATTEMPT_LEASE_MS = 60_000;
const PROBE_LEASE_MS = 20_000;

/** Behind a shut gate a worker looks at about fifty tickets a second, however long the backlog. */
const HOLD_MS = 20;
const LONGEST_HOLD_MS = 5_000;

const SERVED: TicketFate = { kind: "served" };

export interface Signals {
  /** Aborts when the worker drains: what has not left yet is handed back. */
  readonly leaving: AbortSignal;
  /** Aborts what is in flight. */
  readonly signal: AbortSignal;
}

export async function sendDelivery(
  id: string,
  line: AccountLine,
  { leaving, signal }: Signals,
): Promise<TicketFate> {
  // Taken before the mark: a late answer from Redis uses up the time too.
  const departure = new Departure(LEAVES_WITHIN_MS);
  const beginning = await line.deliveries.begin(id, gateOf(line));
  switch (beginning.kind) {
    case "go":
      return beginning.delivery === null
        ? endUnreadable(id, beginning.now, line)
        : send(beginning.delivery, { ...beginning, departure }, line, { leaving, signal });
    case "interrupted":
      return beginning.delivery === null
        ? endUnreadable(id, beginning.now, line)
        : verifyInterrupted(beginning.delivery, beginning.now, line);
    case "deadline":
      return beginning.delivery === null
        ? endUnreadable(id, beginning.now, line)
        : endAtDeadline(beginning.delivery, beginning, line);
    case "unreadable":
      return endUnreadable(id, beginning.now, line);
    case "gone":
    case "ended":
    case "behind":
      return SERVED;
    case "early":
    case "paused":
    case "parked":
    case "paced":
      return tryAgain(id, beginning, line, { leaving, signal });
  }
}

function gateOf({ account }: AccountLine): Parameters<AccountLine["deliveries"]["begin"]>[1] {
  return {
    intervalsUs: account.sendIntervalsUs,
    maxRateWaitMs: account.limits.maxRateWaitMs,
    attemptLeaseMs: ATTEMPT_LEASE_MS,
    probeLeaseMs: PROBE_LEASE_MS,
  };
}

type Go = Extract<Beginning, { kind: "go" }> & { readonly departure: Departure };

async function send(
  delivery: Delivery,
  { leaveAt, isProbe, now, departure, payload }: Go,
  line: AccountLine,
  { leaving, signal }: Signals,
): Promise<TicketFate> {
  const operation = operationOf(line.channels, delivery.request.operation);
  const parsed = operation === null ? null : inputOf(payload, operation);
  if (operation === null || parsed === null) {
    if (isProbe) await line.deliveries.handBackProbe();
    return endInvalid(delivery, now, line);
  }
  const { input } = parsed;

  const mayLeave = await rest(leaveAt - now, leaving);
  if (!mayLeave) {
    if (isProbe) await line.deliveries.handBackProbe();
    return handBack(delivery, line);
  }

  const targets = sendTargets(delivery.state.recipients, operation.spec.recipientsPerSend);
  const startedAt = performance.now();
  const seen = watched(line.account);
  const departs = {
    departure,
    bucket: familyOf(delivery.request.operation),
    placeUntil: startedAt + PLACE_LASTS_MS,
  };
  const reference = await resolveReference(input, operation.spec, line, delivery.request);
  const told =
    reference.kind === "resolved"
      ? await operation.channel.send(
          {
            deliveryId: delivery.request.id,
            operation: delivery.request.operation,
            input,
            key: delivery.request.key,
            targets,
            recipients: delivery.state.recipients,
            receipt: delivery.state.receipt,
            reference: reference.receipt,
            now: line.world.now(),
          },
          departing(seen.account, departs),
          signal,
        )
      : withoutReference(reference.kind);
  const { outcome, holds } = await believed(told, operation.channel, seen, line, signal);
  if (holds && outcome.kind === "unauthorized") await line.calls.hold(outcome.detail);
  else if (isProbe) await tellProbe(outcome, seen, line);

  const context = decisionContext(line, delivery, operation.spec, line.world.now());
  const decision = decideAfterSend(delivery.state, targets, outcome, context);
  tellSent(delivery, decision, outcome, { targets, durationMs: performance.now() - startedAt }, line);
  return finish(delivery, decision, line);
}

async function believed(
  outcome: SendOutcome,
  channel: Channel,
  seen: WatchedAccount,
  { account, world }: AccountLine,
  signal: AbortSignal,
): Promise<Refusal> {
  if (outcome.kind !== "unauthorized") return { outcome, holds: false };
  const wasSent = seen.calls() > 0 && seen.noToken()?.kind !== "unauthorized";
  return refusalOf(outcome, { channel, account, wasSent }, { now: world.now(), signal });
}

/** False when the worker is leaving before the time is over. */
async function rest(waitMs: number, leaving: AbortSignal): Promise<boolean> {
  if (leaving.aborted) return false;
  if (waitMs <= 0) return true;
  try {
    await sleep(waitMs, undefined, { signal: leaving });
    return true;
  } catch {
    // Only the signal ends this sleep early.
    return false;
  }
}

async function handBack(delivery: Delivery, line: AccountLine): Promise<TicketFate> {
  await line.deliveries.handBack(delivery, line.world.now());
  return { kind: "again", delayMs: 0 };
}

/** The worker before us died between its mark and its record: nobody knows whether that send arrived. */
async function verifyInterrupted(delivery: Delivery, now: number, line: AccountLine): Promise<TicketFate> {
  const operation = operationOf(line.channels, delivery.request.operation);
  const targets = sendTargets(delivery.state.recipients, operation?.spec.recipientsPerSend ?? Infinity);
  const outcome: SendOutcome = {
    kind: "unknown",
    cause: "interrupted",
    detail: "a worker died between this send and its record",
  };
  const context = decisionContext(line, delivery, operation?.spec ?? null, now);
  const decision = decideAfterSend(delivery.state, targets, outcome, context);
  tellSent(delivery, decision, outcome, { targets, durationMs: 0 }, line);
  return finish(delivery, decision, line);
}

async function endAtDeadline(
  delivery: Delivery,
  { behind, now }: Extract<Beginning, { kind: "deadline" }>,
  line: AccountLine,
): Promise<TicketFate> {
  const decision = decideAtDeadline(delivery.state, decisionContext(line, delivery, null, now), behind);
  return finish(delivery, decision, line);
}

async function endInvalid(delivery: Delivery, now: number, line: AccountLine): Promise<TicketFate> {
  const detail = `its payload is not one of ${delivery.request.operation} any more`;
  return finish(delivery, die(delivery.state, "invalid", detail, [], { now }), line);
}

async function endUnreadable(id: string, now: number, line: AccountLine): Promise<TicketFate> {
  await condemn(id, now, line);
  return SERVED;
}

async function tryAgain(
  id: string,
  { kind, now, until }: Waiting,
  line: AccountLine,
  { leaving, signal }: Signals,
): Promise<TicketFate> {
  const { account, world } = line;
  world.emit({ event: "delivery.parked", account: account.name, id, gate: kind, until });
  // A gate that is shut for one is shut for the whole backlog: there is no hurry to take the next ticket.
  const holdMs = kind === "early" ? 0 : Math.min(until - now, account.limits.concurrency * HOLD_MS);
  const reopening = line.reopening();
  await rest(Math.min(holdMs, LONGEST_HOLD_MS), AbortSignal.any([leaving, reopening]));
  if (reopening.aborted && !leaving.aborted) return sendDelivery(id, line, { leaving, signal });
  // A crowd that waits for one moment is spread behind it.
  const spreadMs = kind === "early" ? 0 : world.random() * Math.min(2_000, Math.max(50, until - now));
  return { kind: "again", delayMs: Math.max(0, Math.round(until - world.now() + spreadMs)) };
}

async function finish(delivery: Delivery, decision: Decision, line: AccountLine): Promise<TicketFate> {
  const saved = await saveDecision(delivery, decision, line);
  const step = nextStep(decision.state);
  if (!saved || step.kind !== "send") return SERVED;
  return { kind: "again", delayMs: Math.max(0, step.at - line.world.now()) };
}

/** A send that made no call (its reference is missing, say) proved nothing: the next one is to try. */
async function tellProbe(
  { kind }: SendOutcome,
  seen: WatchedAccount,
  { calls: monitor, deliveries }: AccountLine,
): Promise<void> {
  if (seen.calls() === 0 && kind !== "unreachable") await deliveries.handBackProbe();
  else await monitor.probed(kind !== "unreachable" && kind !== "unknown");
}

/** "todo" of "todo.create": the bucket that an operation's sends draw from. */
function familyOf(operation: string): string {
  return operation.slice(0, operation.indexOf("."));
}

function tellSent(
  { request }: Delivery,
  { state }: Decision,
  outcome: SendOutcome,
  { targets, durationMs }: { targets: readonly string[]; durationMs: number },
  { world }: AccountLine,
): void {
  world.emit({
    event: "delivery.sent",
    account: request.account,
    id: request.id,
    operation: request.operation,
    lane: request.lane,
    outcome: outcome.kind === "unknown" ? `unknown (${outcome.cause})` : outcome.kind,
    detail: "detail" in outcome ? outcome.detail : null,
    recipients: targets.length,
    status: state.status,
    knowledge: state.knowledge,
    sends: state.sends,
    generation: state.generation,
    durationMs: Math.round(durationMs),
    nextAt: state.nextAt ?? null,
  });
}
