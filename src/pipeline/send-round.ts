/**
 * Sends in rounds: leases what is due; then, for each send: prepare, wait for its place in the rate, call, decide,
 * save.
 *
 * Invariants: no send without a lease in Redis. A lease that ran out is a send with an unknown outcome, to be
 * verified. A send that did not leave is not counted, and is barred from leaving before it is handed back. A send
 * that could not leave soon after its lease was asked for does not leave: another worker may be verifying it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { nameAndMessageOf } from "../delivery/error-words.ts";
import type { Channel } from "../platforms/channel.ts";
import { SendGuard } from "../platforms/http/send-guard.ts";
import { decideAtDeadline } from "../delivery/decide-check.ts";
import { decideAfterSend } from "../delivery/decide-send.ts";
import { leaveSendToAnother } from "../delivery/leave-to-another.ts";
import { dieAfterTheLag, settle, type Decision } from "../delivery/decision.ts";
import type { LateReceipt } from "../delivery/late-receipt.ts";
import { isOutstanding, sendTargets } from "../delivery/ledger.ts";
import type { SendOutcome } from "../delivery/outcome.ts";
import { type Delivery, type DeliveryState, familyOf } from "../delivery/record.ts";
import { decisionContext, inputOf, type AccountContext } from "./account-context.ts";
import { operationOf, unknownOperation, type Operation } from "../platforms/operation.ts";
import { emitBug, emitFailure } from "./emit-failure.ts";
import { emitProbe } from "./emit-probe.ts";
import { endUnreadable } from "./end-unreadable.ts";
import { GuardedAccount } from "./guarded-account.ts";
import { keepLateReceipt } from "./keep-late-receipt.ts";
import type { FoundSend, HeldLease, Replicated, FoundSends, SendLook } from "./ports.ts";
import { shareOf, type Quarantine, type SuspectsSeen } from "./quarantine-slot.ts";
import { credentialsVerdict, type CredentialsVerdict } from "./credentials-verdict.ts";
import { resolveReference, withoutReference } from "./reference.ts";
import { saveDecided } from "./save-decision.ts";
import { SEND_TIMES } from "./send-times.ts";
import type { RecordedAccount } from "./recorded-account.ts";
import { kindOfThrown, outcomeOfThrown } from "./thrown.ts";

const PROBE_LEASE_MS = 20_000;

/**
 * How long after its delivery's deadline, beyond `policy.lastCheckLeadMs`, a check may stay leased. Then it is
 * taken from its round, which may go on calling its platform for hours.
 */
const OVERDUE_CHECK_MS = 60_000;

/** One round of leased sends. */
export interface SendRound extends FoundSends {
  readonly sends: readonly FoundSend[];
  /** The send's share of the slot for suspects; null if it is no suspect. To be called once for each send. */
  readonly quarantineFor: (found: FoundSend) => Quarantine | null;
  /** A new guard for each send; all guards of a round close at the same moment. */
  readonly guard: () => SendGuard;
}

/** Leases at most `most` due sends. With 0 it only finds takeovers and deadlines. */
export async function leaseSendRound(
  { most, staysAwake = false }: Pick<SendLook, "most" | "staysAwake">,
  context: AccountContext,
): Promise<SendRound> {
  const { deliveries, account, suspects, runtime, policy } = context;
  // Made before the call, because the time that Redis takes to answer counts too.
  const guards = Array.from({ length: most }, () => new SendGuard(SEND_TIMES.departWithinMs));
  const look = (withSuspects: boolean): Promise<FoundSends> =>
    deliveries.leaseSends({
      most,
      leaseMs: SEND_TIMES.leaseMs,
      probeLeaseMs: PROBE_LEASE_MS,
      patienceMs: SEND_TIMES.patienceMs,
      intervalsUs: context.sendIntervalsUs,
      maxRateWaitMs: account.limits.maxRateWaitMs,
      withSuspects,
      calledAt: runtime.now(),
      overdueCheckMs: policy.lastCheckLeadMs + OVERDUE_CHECK_MS,
      staysAwake,
    });
  const { found, quarantine } =
    most > 0 ? await suspects.sends.ask(look, suspectsAmong) : { found: await look(false), quarantine: null };
  const share = quarantine === null ? () => null : shareOf(quarantine, found.sends.filter(isSuspect).length);
  return {
    ...found,
    quarantineFor: (send) => (isSuspect(send) ? share() : null),
    guard: () => guards.pop() ?? new SendGuard(0),
  };
}

function isSuspect(found: FoundSend): boolean {
  return found.kind === "go" && found.isSuspect;
}

function suspectsAmong({ sends, moreSuspects }: FoundSends): SuspectsSeen {
  return { leased: sends.some(isSuspect), moreDue: moreSuspects };
}

export interface Signals {
  /** Aborts when the worker drains: what has not left yet is handed back. */
  readonly leaving: AbortSignal;
  /** Aborts calls in flight. */
  readonly signal: AbortSignal;
}

/** Handles what needs no call of the platform: takeovers and deadlines. If it fails, a later look finds it again. */
export async function settleFound(
  found: FoundSend,
  { now, context }: { readonly now: number; readonly context: AccountContext },
): Promise<void> {
  try {
    await settled(found, { now, context });
  } catch (error) {
    emitFailure({ where: "what a look found", error, id: found.id }, context);
  }
}

async function settled(
  found: FoundSend,
  { now, context }: { readonly now: number; readonly context: AccountContext },
): Promise<void> {
  const { id, delivery } = found;
  if (delivery === null)
    return endUnreadable({ id, now, mayHaveLeft: found.kind === "interrupted" }, context);
  switch (found.kind) {
    case "interrupted":
      context.runtime.emit({ event: "lease.expired", account: context.account.name, id, of: "send" });
      return verifyInterrupted(delivery, context);
    case "deadline": {
      const basis = decisionContext(context, { delivery, spec: null, now: context.runtime.now() });
      const decision = decideAtDeadline(delivery.state, { context: basis, inItsWay: found.inItsWay });
      if (decision !== null) await saveDecided(delivery, { decide: () => decision, context });
      return;
    }
    case "go":
      return handBack(delivery, context);
  }
}

/** Hands back a leased send that has not begun. */
export async function handBackLeased(
  { found, round, quarantine }: Pick<Sending, "found" | "round" | "quarantine">,
  context: AccountContext,
): Promise<void> {
  try {
    await settleFound(found, { now: round.now, context });
  } finally {
    quarantine?.release();
  }
}

export interface Sending {
  readonly found: Extract<FoundSend, { kind: "go" }>;
  readonly round: Pick<SendRound, "now" | "isProbe">;
  readonly guard: SendGuard;
  /** Its share of the slot for suspects; null if it is no suspect. */
  readonly quarantine: Quarantine | null;
}

/** One leased send, from its lease to its record. */
export async function sendLeased(
  sending: Sending,
  { context, signals }: { readonly context: AccountContext; readonly signals: Signals },
): Promise<void> {
  const { found, round, quarantine } = sending;
  try {
    const { id, delivery } = found;
    if (delivery === null) return await endUnreadable({ id, now: round.now, mayHaveLeft: false }, context);
    await send({ delivery, ...sending }, { context, signals });
  } catch (error) {
    // Its lease runs out, and then it is verified, whatever its outcome was.
    emitFailure({ where: "a send", error, id: found.id }, context);
  } finally {
    quarantine?.release();
  }
}

/** Prepare, wait for its place in the rate, call, decide, save. */
async function send(
  { delivery, found, round, guard }: Sending & { readonly delivery: Delivery },
  { context, signals: { leaving, signal } }: { readonly context: AccountContext; readonly signals: Signals },
): Promise<void> {
  const operation = operationOf(context.channels, delivery.request.operation);
  if (operation === null) return leaveToAnother({ delivery, round }, context);
  const prepared = prepare({ delivery, operation, payload: found.payload }, context);
  if (prepared === null) return endInvalid(delivery, { round, context });

  const waitMs = found.leaveAt - round.now;
  const hasPlace = waitMs > 0 ? await waitForRate(delivery, { waitMs, leaving, context }) : !leaving.aborted;
  if (!hasPlace) return givePlaceBack(delivery, { sending: { round, guard }, context });

  const startedAt = performance.now();
  const { request } = delivery;
  const recorded = new GuardedAccount(context.account, {
    runtime: context.runtime,
    sender: { request, guard },
  });
  const answer = await call({ delivery, guard, ...prepared }, { recorded, signal, context });
  const { outcome, holds } =
    answer.kind === "unauthorized"
      ? await examineRefusal(answer, { channel: prepared.operation.channel, recorded, signal, context })
      : { outcome: answer, holds: false };
  if (holds && outcome.kind === "unauthorized") await context.calls.hold(outcome.detail);
  else if (round.isProbe) await emitProbe({ of: "send", isOk: isAnswer(outcome) }, { recorded, context });
  // The worker is stopping and has barred the send: this is no failure, and another worker sends it.
  if (isBarred(outcome, guard) && leaving.aborted) return handBack(delivery, context);

  const { targets } = prepared;
  const waitedMs = round.now - dueAt(delivery);
  const durationMs = performance.now() - startedAt;
  const made = { operation, outcome, targets, waitedMs, durationMs, attempt: recorded.attempt };
  const saving = await saveDecided(delivery, { decide: decidingOn(made, { delivery, context }), context });
  if (saving !== "stale") return;
  const late = lateReceiptOf(outcome, { targets, now: context.runtime.now() });
  if (late !== null) await keepLateReceipt(delivery, { late, context });
}

/** A send that was made, or whose worker died with it. */
interface MadeSend {
  readonly outcome: SendOutcome;
  readonly targets: readonly string[];
  /** From when it was due until it was leased; null where its worker died. */
  readonly waitedMs: number | null;
  readonly durationMs: number;
  readonly attempt: number | null;
}

/**
 * The decision about a send that was made, as a function of the state that it is saved against. The attempt is
 * emitted once.
 */
function decidingOn(
  { operation, ...made }: MadeSend & { readonly operation: Operation },
  { delivery, context }: { readonly delivery: Delivery; readonly context: AccountContext },
): (state: DeliveryState) => Decision {
  const { outcome, targets, durationMs } = made;
  const { worker } = context.runtime;
  const attempt = worker === undefined ? {} : { attempt: { worker, tookMs: Math.round(durationMs) } };
  let isEmitted = false;
  return (state) => {
    const basis = decisionContext(context, { delivery, spec: operation.spec, now: context.runtime.now() });
    const decision = decideAfterSend(state, { targets, outcome, context: { ...basis, ...attempt } });
    if (!isEmitted) emitSent(delivery, { made, decision, context });
    isEmitted = true;
    return decision;
  };
}

/** Hands the send back, because the worker stops before its place in the rate. */
async function givePlaceBack(
  delivery: Delivery,
  {
    sending: { round, guard },
    context,
  }: { readonly sending: Pick<Sending, "round" | "guard">; readonly context: AccountContext },
): Promise<void> {
  if (round.isProbe) await context.deliveries.handBackProbe("send");
  guard.bar();
  await handBack(delivery, context);
}

interface Prepared {
  readonly operation: Operation;
  readonly input: unknown;
  readonly targets: readonly string[];
}

/** Null when the payload no longer matches its operation. */
function prepare(
  { delivery, operation, payload }: Pick<Prepared, "operation"> & WithPayload,
  context: AccountContext,
): Prepared | null {
  const parsed = inputOf(payload, operation);
  if (parsed === null) return null;
  const { request, state } = delivery;
  const { input } = parsed;
  context.inputs.remember(request.id, { generation: state.generation, input, bytes: payload.length });
  const targets = sendTargets(state.recipients, operation.spec.recipientsPerSend);
  return { operation, input, targets };
}

interface WithPayload {
  readonly delivery: Delivery;
  readonly payload: string;
}

/**
 * A worker of a newer version may know the operation: the delivery is left to it until the deadline, and no
 * send is counted.
 */
async function leaveToAnother(
  { delivery, round }: { readonly delivery: Delivery; readonly round: Pick<SendRound, "isProbe"> },
  context: AccountContext,
): Promise<void> {
  if (round.isProbe) await context.deliveries.handBackProbe("send");
  const detail = unknownOperation(delivery.request);
  const decide = (state: DeliveryState): Decision => {
    const basis = decisionContext(context, { delivery, spec: null, now: context.runtime.now() });
    return leaveSendToAnother(state, { detail, context: basis });
  };
  await saveDecided(delivery, { decide, context });
}

interface Call extends Prepared {
  readonly delivery: Delivery;
  readonly guard: SendGuard;
}

async function call(
  { delivery, operation, input, targets, guard }: Call,
  {
    recorded,
    signal,
    context,
  }: { readonly recorded: GuardedAccount; readonly signal: AbortSignal; readonly context: AccountContext },
): Promise<SendOutcome> {
  const { request, state } = delivery;
  let isAtChannel = false;
  try {
    if (
      context.replicated !== null &&
      !(await isReplicated(delivery, { operation, replicated: context.replicated }))
    )
      return NOT_REPLICATED;
    const reference = await resolveReference({ input, spec: operation.spec, request }, context);
    if (reference.kind !== "resolved") return withoutReference(reference.kind);
    isAtChannel = true;
    recorded.begin();
    return await operation.channel.send(
      {
        deliveryId: request.id,
        operation: request.operation,
        input,
        key: request.key,
        targets,
        recipients: state.recipients,
        receipt: state.receipt,
        reference: reference.receipt,
        now: context.runtime.now(),
      },
      { account: recorded, signal },
    );
  } catch (error) {
    const isOurs = !isAtChannel || recorded.threw(error);
    return thrown(error, { call: { guard, delivery, isOurs, isGivenUp: isAbort(error, signal) }, context });
  }
}

const NOT_REPLICATED: SendOutcome = {
  kind: "unreachable",
  detail: "no replica of Redis has its lease yet (redis.waitReplicas)",
};

/**
 * A failover that loses the lease would let the send be repeated; where the platform has no idempotency key, it
 * would accept the repeat.
 */
async function isReplicated(
  { request }: Delivery,
  { operation: { spec }, replicated }: { readonly operation: Operation; readonly replicated: Replicated },
): Promise<boolean> {
  return spec.hasNoKey !== true || (await replicated(request.id));
}

/** Finds out whether a refusal of the credentials is about the account (`holds`), or only about this delivery. */
async function examineRefusal(
  outcome: Extract<SendOutcome, { kind: "unauthorized" }>,
  {
    channel,
    recorded,
    signal,
    context: { account, runtime },
  }: {
    readonly channel: Channel;
    readonly recorded: RecordedAccount;
    readonly signal: AbortSignal;
    readonly context: AccountContext;
  },
): Promise<CredentialsVerdict> {
  const wasSent = recorded.calls > 0 && recorded.noToken?.kind !== "unauthorized";
  return credentialsVerdict(outcome, { channel, account, wasSent, now: runtime.now(), signal });
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && error instanceof Error && (error === signal.reason || error.name === "AbortError");
}

/** A channel never throws for what a platform does: this is a bug, or Redis is away. */
function thrown(
  error: unknown,
  {
    call: { guard, delivery, isOurs, isGivenUp },
    context,
  }: { readonly call: Pick<Call, "guard" | "delivery"> & ThrownWhere; readonly context: AccountContext },
): SendOutcome {
  const hasLeft = !guard.bar();
  const { emit, isAway } = context.runtime;
  const kind = kindOfThrown({ error, isOurs, isAway });
  if (kind === "redisAway") emit({ event: "redis.failed", detail: nameAndMessageOf(error) });
  // A wait for the rate that was aborted throws too; that is no failure.
  else if (!(isOurs && isGivenUp)) emitBug({ where: "a send", error, id: delivery.request.id }, context);
  return outcomeOfThrown({ kind, hasLeft, isGivenUp, isOurs });
}

interface ThrownWhere {
  readonly isOurs: boolean;
  readonly isGivenUp: boolean;
}

/** Whether the outcome shows that the platform is there. */
function isAnswer(outcome: SendOutcome): boolean {
  return outcome.kind === "unreachable" ? outcome.wasAnswered === true : outcome.kind !== "unknown";
}

function isBarred({ kind }: SendOutcome, guard: SendGuard): boolean {
  return kind === "unreachable" && guard.leftAt === null && !guard.isOpen();
}

/** From when a worker could have sent it. */
function dueAt({ request: { createdAt }, state: { nextAt } }: Delivery): number {
  return nextAt === undefined ? createdAt : Math.max(nextAt, createdAt);
}

/** False when the worker stops before the send's place in the rate. */
async function waitForRate(
  { request }: Delivery,
  {
    waitMs,
    leaving,
    context: { runtime },
  }: { readonly waitMs: number; readonly leaving: AbortSignal; readonly context: AccountContext },
): Promise<boolean> {
  const { account } = request;
  const bucket = familyOf(request.operation);
  runtime.emit({ event: "rate.waited", account, bucket, waitedMs: waitMs, isDenied: false });
  try {
    await sleep(waitMs, undefined, { signal: leaving });
    return true;
  } catch {
    // Only the signal ends this sleep early.
    return false;
  }
}

/**
 * Hands a lease back; no send is counted. The delivery is as it was before, or is verified if a receipt has
 * come meanwhile.
 */
async function handBack(delivery: Delivery, context: AccountContext): Promise<void> {
  const decide = (state: DeliveryState): Decision => {
    if (!state.recipients.some(isOutstanding)) return { state, entries: [] };
    return settle(state, {
      recipients: state.recipients,
      entries: [],
      context: decisionContext(context, { delivery, spec: null, now: context.runtime.now() }),
    });
  };
  await saveDecided(delivery, { decide, context });
}

/** The worker that had leased this send saved no outcome: whether it arrived is unknown. */
async function verifyInterrupted(delivery: Delivery, context: AccountContext): Promise<void> {
  const operation = operationOf(context.channels, delivery.request.operation);
  const targets = sendTargets(delivery.state.recipients, operation?.spec.recipientsPerSend ?? Infinity);
  const outcome: SendOutcome = {
    kind: "unknown",
    cause: "interrupted",
    detail: "a worker died, or stood still, between this send and its record",
  };
  const decide = (state: DeliveryState): Decision => {
    const basis = decisionContext(context, {
      delivery,
      spec: operation?.spec ?? null,
      now: context.runtime.now(),
    });
    const decision = decideAfterSend(state, { targets, outcome, context: basis });
    const made = { outcome, targets, waitedMs: null, durationMs: 0, attempt: null };
    emitSent(delivery, { made, decision, context });
    return decision;
  };
  await saveDecided(delivery, { decide, context });
}

async function endInvalid(
  delivery: Delivery,
  {
    round: { isProbe },
    context,
  }: { readonly round: Pick<SendRound, "isProbe">; readonly context: AccountContext },
): Promise<void> {
  if (isProbe) await context.deliveries.handBackProbe("send");
  const detail = `its payload no longer matches the schema of ${delivery.request.operation}`;
  const basis = { now: context.runtime.now(), policy: context.policy };
  await saveDecided(delivery, {
    decide: (state) => dieAfterTheLag(state, { reason: "invalid", detail, basis }),
    context,
  });
}

/** The part of an answer that must not be lost even when another worker has moved the delivery on meanwhile. */
function lateReceiptOf(
  outcome: SendOutcome,
  { targets, now }: { readonly targets: readonly string[]; readonly now: number },
): LateReceipt | null {
  if (outcome.kind !== "accepted" && outcome.kind !== "confirmed") return null;
  const refused = new Set((outcome.refused ?? []).map(({ recipient }) => recipient));
  return {
    at: now,
    targets: targets.filter((id) => !refused.has(id)),
    receipt: outcome.receipt ?? null,
    recipientReceipts: outcome.recipientReceipts ?? {},
    evidence: outcome.kind === "confirmed" ? outcome.evidence : null,
  };
}

/** The lease of a send that a call of this process works on, to be renewed. */
export function heldOf({ id, version }: FoundSend): HeldLease {
  return { id, version };
}

function emitSent(
  { request }: Delivery,
  {
    made: { outcome, targets, durationMs, waitedMs, attempt },
    decision: { state },
    context: { runtime },
  }: { readonly made: MadeSend; readonly decision: Decision; readonly context: AccountContext },
): void {
  runtime.emit({
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
    waitedMs,
    nextAt: state.nextAt ?? null,
    attempt,
    traceparent: request.traceparent,
  });
}
