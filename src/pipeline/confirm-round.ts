/**
 * Runs one round of confirmations: leases what is due, asks the platform in one batch per channel, and for each
 * delivery decides and saves.
 *
 * Invariant: a leased delivery is saved or released, or is due again when its lease runs out.
 */
import { decideAfterCheck } from "../delivery/decide-check.ts";
import { die, dieAfterTheLag, endsAt, type Decision } from "../delivery/decision.ts";
import { leaveCheckToAnother } from "../delivery/leave-to-another.ts";
import { checkTargets } from "../delivery/ledger.ts";
import { countOf, type CheckOutcome, type RecipientCheck } from "../delivery/outcome.ts";
import type { Delivery } from "../delivery/record.ts";
import type { Channel, CheckRequest } from "../platforms/channel.ts";
import { decisionContext, inputOf, type AccountContext } from "./account-context.ts";
import { operationOf, unknownOperation, type Operation } from "../platforms/operation.ts";
import { emitBug, emitFailure } from "./emit-failure.ts";
import { emitProbe } from "./emit-probe.ts";
import { endUnreadable } from "./end-unreadable.ts";
import { resolveReference, type Reference } from "./reference.ts";
import type { FoundChecks, LeasedCheck } from "./ports.ts";
import type { Quarantine, SuspectsSeen } from "./quarantine-slot.ts";
import { saveDecision } from "./save-decision.ts";
import { RecordedAccount } from "./recorded-account.ts";
import { allOf } from "../waiting/waiting.ts";
import { kindOfThrown } from "./thrown.ts";

const MOST_IN_A_ROUND = 200;
const LEASE_MS = 20_000;
const PROBE_LEASE_MS = 20_000;

interface Item {
  readonly delivery: Delivery;
  readonly operation: Operation;
  readonly request: CheckRequest<unknown>;
}

export interface CheckRound extends FoundChecks {
  /** The slot for suspects; null if the round has none. */
  readonly quarantine: Quarantine | null;
}

/** Leases the next round of checks. A round without checks says when the next check is due. */
export async function leaseCheckRound({ deliveries, suspects, rooms }: AccountContext): Promise<CheckRound> {
  const look = (withSuspects: boolean): Promise<FoundChecks> =>
    deliveries.leaseChecks({
      most: MOST_IN_A_ROUND,
      leaseMs: LEASE_MS,
      probeLeaseMs: PROBE_LEASE_MS,
      withSuspects,
      fullFamilies: rooms.fullFamilies(),
    });
  const { found, quarantine } = await suspects.checks.ask(look, suspectsAmong);
  return { ...found, quarantine };
}

function suspectsAmong({ checks, moreSuspects }: FoundChecks): SuspectsSeen {
  return { leased: checks.some(({ expiredLeases }) => expiredLeases > 0), moreDue: moreSuspects };
}

interface RoundTimes {
  readonly renewEveryMs: number;
  /**
   * After this many renewals in a row without a call of the platform the round is given up, because its channel
   * hangs.
   */
  readonly silentRenewals: number;
}

/** A round is given up after five minutes without a call. */
const ROUND_TIMES: RoundTimes = { renewEveryMs: 7_000, silentRenewals: 43 };

/**
 * Resolves when each check of the round is saved or released, or when the round is given up. The leases of a
 * round that was given up run out, so a delivery that makes its channel hang is found like one that kills its
 * workers.
 */
export async function runCheckRound(
  round: CheckRound,
  {
    context,
    signal,
    times = ROUND_TIMES,
  }: { readonly context: AccountContext; readonly signal: AbortSignal; readonly times?: RoundTimes },
): Promise<void> {
  const requests = round.checks.flatMap(({ delivery }) => delivery?.request ?? []);
  const recorded = new RecordedAccount(context.account, { tracing: context.runtime, callers: requests });
  const aborting = new AbortController();
  const abort = (): void => aborting.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort);
  const renewing = renewWhileHeard(round, { recorded, context, times });
  const rooms = enterRooms(round, context);
  try {
    const checked = checkRound(round, { context, asking: { recorded, rooms, signal: aborting.signal } });
    if ((await Promise.race([checked, renewing.silence])) === "silence") {
      const seconds = Math.round((times.renewEveryMs * times.silentRenewals) / 1_000);
      const error = new Error(`its channel has not come back, and not called its platform for ${seconds} s`);
      emitBug({ where: "a confirmation round", error }, context);
      aborting.abort(error);
      // If the round ends later, its results are saved, unless another worker has leased the checks since.
      checked.catch((late: unknown) => emitFailure({ where: "a confirmation round", error: late }, context));
    }
  } finally {
    renewing.stop();
    for (const leave of rooms.values()) leave();
    signal.removeEventListener("abort", abort);
    round.quarantine?.release();
  }
}

type Rooms = ReadonlyMap<Channel, () => void>;

/** For each channel that the round asks, the function to call when it has answered. */
function enterRooms({ checks }: CheckRound, { channels, rooms }: AccountContext): Rooms {
  const operations = new Set(checks.flatMap(({ delivery }) => delivery?.request.operation ?? []));
  const asked = new Set([...operations].flatMap((name) => operationOf(channels, name)?.channel ?? []));
  return new Map([...asked].map((channel) => [channel, rooms.enter(channel)]));
}

/**
 * Renews the leases of a round. Resolves `silence` when the round has not called its platform during
 * `silentRenewals` renewals in a row.
 */
function renewWhileHeard(
  { checks }: CheckRound,
  {
    recorded,
    context,
    times,
  }: { readonly recorded: RecordedAccount; readonly context: AccountContext; readonly times: RoundTimes },
): { readonly silence: Promise<"silence">; readonly stop: () => void } {
  const { promise: silence, resolve } = Promise.withResolvers<"silence">();
  let heard = recorded.uses;
  let silent = 0;
  const timer = setInterval(() => {
    silent = recorded.uses === heard ? silent + 1 : 0;
    heard = recorded.uses;
    if (silent > times.silentRenewals) return resolve("silence");
    context.deliveries
      .renewChecks(checks, LEASE_MS)
      .catch((error: unknown) => emitFailure({ where: "renewing a lease", error }, context));
  }, times.renewEveryMs);
  return { silence, stop: () => clearInterval(timer) };
}

async function checkRound(
  round: CheckRound,
  { context, asking }: { readonly context: AccountContext; readonly asking: Asking },
): Promise<void> {
  const { recorded, signal } = asking;
  try {
    const prepared = round.checks.map((check) =>
      alone(check.id, { context, act: () => prepare(check, { now: round.now, context }) }),
    );
    const items = (await allOf(prepared)).filter((item) => item !== null);
    const groups = byChannel(items);
    const suspects = suspectsOf(round, groups);
    await Promise.all(
      [...groups].map(async ([channel, group]) => {
        await checkGroup(group, { context, asking }).finally(asking.rooms.get(channel));
        suspects.answered(group);
      }),
    );
    const { noToken } = recorded;
    if (noToken?.kind === "unauthorized") await context.calls.hold(noToken.detail);
    else if (round.isProbe)
      await emitProbe({ of: "check", isOk: recorded.isAnswering }, { recorded, context });
  } catch (error) {
    // A wait for the rate that is aborted because the worker stops throws too; that is no failure.
    if (!signal.aborted) emitFailure({ where: "a confirmation round", error }, context);
    // After a bug the checks are not released: they would be leased again at once, and fail again. They wait
    // until their leases run out.
    if (signal.aborted || context.runtime.isAway(error)) await context.deliveries.releaseChecks(round.checks);
  }
}

/** Releases the slot as soon as all suspects of the round are answered, even while other checks still wait. */
function suspectsOf(
  { checks, quarantine }: CheckRound,
  groups: ReadonlyMap<Channel, readonly Item[]>,
): { readonly answered: (group: readonly Item[]) => void } {
  const ids = new Set(checks.filter(({ expiredLeases }) => expiredLeases > 0).map(({ id }) => id));
  const isSuspect = ({ delivery }: Item): boolean => ids.has(delivery.request.id);
  const waiting = new Set([...groups.values()].filter((group) => group.some(isSuspect)));
  if (waiting.size === 0) quarantine?.release();
  return {
    answered: (group) => {
      if (waiting.delete(group) && waiting.size === 0) quarantine?.release();
    },
  };
}

/**
 * Handles one delivery of a round. If that throws while Redis is there, only this delivery waits until its
 * lease runs out and becomes a suspect; the others are saved.
 */
function alone<Result>(
  id: string,
  { context, act }: { readonly context: AccountContext; readonly act: () => Result | Promise<Result> },
): Result | null | Promise<Result | null> {
  const failed = (error: unknown): null => {
    if (context.runtime.isAway(error)) throw error;
    emitBug({ where: "a check", error, id }, context);
    return null;
  };
  try {
    const result = act();
    return result instanceof Promise ? result.catch(failed) : result;
  } catch (error) {
    return failed(error);
  }
}

/** Synchronous where this worker has just sent it, which is nearly always so. */
function prepare(
  check: LeasedCheck,
  { now, context }: { readonly now: number; readonly context: AccountContext },
): Item | null | Promise<Item | null> {
  const { delivery } = check;
  if (delivery === null || check.expiredLeases > 0) return prepareSuspect(check, { now, context });
  const { request, state } = delivery;
  const operation = operationOf(context.channels, request.operation);
  const input = context.inputs.take(request.id, state.generation);
  if (operation === null || input === null) return prepareFromRedis(delivery, { operation, now, context });
  const reference = resolveReference({ ...input, spec: operation.spec, request }, context);
  return reference instanceof Promise
    ? reference.then((resolved) =>
        itemOf(delivery, { prepared: { operation, ...input, reference: resolved, now }, context }),
      )
    : itemOf(delivery, { prepared: { operation, ...input, reference, now }, context });
}

/** Prepares a suspect; ends it if it has killed too many workers, or cannot be read. */
async function prepareSuspect(
  check: LeasedCheck,
  { now, context }: { readonly now: number; readonly context: AccountContext },
): Promise<Item | null> {
  const { delivery } = check;
  if (delivery === null) {
    await endUnreadable({ id: check.id, now, mayHaveLeft: true }, context);
    return null;
  }
  const { request, state } = delivery;
  context.runtime.emit({ event: "lease.expired", account: request.account, id: check.id, of: "check" });
  // One more than the limit, because the first time it was one of many, any of which may have been the cause.
  const { maxInterruptions } = context.policy;
  if (check.expiredLeases <= maxInterruptions)
    return prepare({ ...check, expiredLeases: 0 }, { now, context });
  if (await isHeldBack(check, { delivery, now, context })) return null;
  const detail = `${maxInterruptions + 1} times its worker died or its check did not end`;
  await saveDecision(delivery, {
    decision: die(state, { reason: "poison", detail, entries: [], context: { now } }),
    context,
  });
  return null;
}

/** Reads the payload from Redis. A delivery whose payload no longer matches its operation ends here. */
async function prepareFromRedis(
  delivery: Delivery,
  {
    operation,
    now,
    context,
  }: { readonly operation: Operation | null; readonly now: number; readonly context: AccountContext },
): Promise<Item | null> {
  const { request, state } = delivery;
  if (operation === null) return leaveToAnother(delivery, context);
  const parsed = inputOf(await context.deliveries.payload(request.id), operation);
  if (parsed === null) {
    const detail = `its payload no longer matches the schema of ${request.operation}`;
    const basis = { now, policy: context.policy };
    await saveDecision(delivery, {
      decision: dieAfterTheLag(state, { reason: "invalid", detail, basis }),
      context,
    });
    return null;
  }
  const reference = await resolveReference({ ...parsed, spec: operation.spec, request }, context);
  return itemOf(delivery, { prepared: { operation, ...parsed, reference, now }, context });
}

/** A worker of a newer version may know the operation: the delivery is left to it until the deadline. */
async function leaveToAnother(delivery: Delivery, context: AccountContext): Promise<null> {
  const { request, state } = delivery;
  const basis = decisionContext(context, { delivery, spec: null, now: context.runtime.now() });
  const decision = leaveCheckToAnother(state, { detail: unknownOperation(request), context: basis });
  await saveDecision(delivery, { decision, context });
  return null;
}

interface Prepared {
  readonly operation: Operation;
  readonly input: unknown;
  readonly reference: Reference;
  readonly now: number;
}

function itemOf(
  delivery: Delivery,
  {
    prepared: { operation, input, reference, now },
    context: { policy },
  }: { readonly prepared: Prepared; readonly context: AccountContext },
): Item {
  const { request, state } = delivery;
  const { id: deliveryId, key, createdAt } = request;
  const { recipients, receipt } = state;
  const outstanding = checkTargets(recipients);
  return {
    delivery,
    operation,
    request: {
      deliveryId,
      operation: request.operation,
      input,
      key,
      outstanding,
      recipients,
      receipt,
      // The same receipt that the send has used: what was sent can only be checked against that one.
      reference: reference.kind === "resolved" ? reference.receipt : null,
      createdAt,
      visibilityLagMs: policy.visibilityLagMs,
      now,
    },
  };
}

/**
 * Where the lane goes on after a dead letter (`onDeadHead: skip`), a delivery that kills its workers does not
 * end before the visibility lag of its send is over. Meanwhile it is not checked.
 */
async function isHeldBack(
  check: LeasedCheck,
  {
    delivery: { request, state },
    now,
    context: { deliveries, onDeadHead, policy },
  }: { readonly delivery: Delivery; readonly now: number; readonly context: AccountContext },
): Promise<boolean> {
  const until = endsAt(state.recipients, { deadlineAt: now, policy });
  if (request.lane === null || onDeadHead === "hold" || until <= now) return false;
  await deliveries.renewChecks([check], until - now);
  return true;
}

function byChannel(items: readonly Item[]): ReadonlyMap<Channel, readonly Item[]> {
  return Map.groupBy(items, ({ operation }) => operation.channel);
}

interface Asking {
  readonly recorded: RecordedAccount;
  readonly rooms: Rooms;
  readonly signal: AbortSignal;
}

async function checkGroup(
  items: readonly Item[],
  { context, asking }: { readonly context: AccountContext; readonly asking: Asking },
): Promise<void> {
  const channel = items[0]?.operation.channel;
  if (channel === undefined) return;
  const startedAt = performance.now();
  const outcomes = await ask(items, { context, asking });
  if (outcomes === null) return;
  const durationMs = performance.now() - startedAt;
  await allOf(
    items.map((item, index) =>
      alone(item.delivery.request.id, {
        context,
        act: () => {
          const outcome = outcomes[index];
          const about = { durationMs, attempt: asking.recorded.attempt };
          if (outcome !== undefined) return decideItem(item, { outcome, round: about, context });
          emitBug(
            {
              where: "a check",
              error: new Error("its channel gave no outcome"),
              id: item.delivery.request.id,
            },
            context,
          );
          return decideItem(item, { outcome: nothingLearnt(item.request), round: about, context });
        },
      }),
    ),
  );
}

/**
 * The channel's outcomes, in order; null when they have been handled already. A channel never throws for what a
 * platform does. If it throws, each delivery is checked alone, so that the one that makes it throw ends alone.
 */
async function ask(
  items: readonly Item[],
  { context, asking }: { readonly context: AccountContext; readonly asking: Asking },
): Promise<readonly (CheckOutcome | undefined)[] | null> {
  const requests = items.map(({ request }) => request);
  const [first] = items;
  if (first === undefined) return null;
  try {
    return await askAbout(requests, { channel: first.operation.channel, asking });
  } catch (error) {
    const isOurs = asking.recorded.threw(error);
    const kind = kindOfThrown({ error, isOurs, isAway: context.runtime.isAway });
    // The whole round is handed back.
    if (kind === "redisAway" || (isOurs && asking.signal.aborted)) throw error;
    if (items.length > 1) {
      for (const item of items) await checkGroup([item], { context, asking });
      return null;
    }
    emitBug({ where: "a check", error, id: first.delivery.request.id }, context);
    // A channel from outside may call its platform by itself and throw; this says nothing about the delivery.
    if (kind === "unclear") return [nothingLearnt(first.request)];
    const detail = "checking it fails inside Bida; see the log";
    const basis = { now: context.runtime.now(), policy: context.policy };
    const decision = dieAfterTheLag(first.delivery.state, { reason: "poison", detail, basis });
    await alone(first.delivery.request.id, {
      context,
      act: () => saveDecision(first.delivery, { decision, context }),
    });
    return null;
  }
}

function nothingLearnt({ outstanding }: Item["request"]): CheckOutcome {
  const detail = "its channel failed while it asked";
  const recipients = outstanding.map(({ id }) => ({ kind: "inconclusive" as const, recipient: id, detail }));
  return { recipients, calls: 1, retryAfterMs: null };
}

/** A delivery whose recipients are all proven and that only waits for its end is not checked. */
async function askAbout(
  requests: readonly Item["request"][],
  {
    channel,
    asking: { recorded, signal },
  }: { readonly channel: Item["operation"]["channel"]; readonly asking: Asking },
): Promise<readonly (CheckOutcome | undefined)[]> {
  const open = requests.filter(({ outstanding }) => outstanding.length > 0);
  const answers = open.length === 0 ? [] : await channel.check(open, { account: recorded, signal });
  const told = new Map(open.map((request, index) => [request, answers[index]]));
  return requests.map((request) => (request.outstanding.length > 0 ? told.get(request) : NOTHING_TO_ASK));
}

const NOTHING_TO_ASK: CheckOutcome = { recipients: [], calls: 0, retryAfterMs: null };

interface RoundFigures {
  readonly durationMs: number;
  readonly attempt: number | null;
}

function decideItem(
  { delivery, operation, request }: Item,
  {
    outcome,
    round,
    context,
  }: { readonly outcome: CheckOutcome; readonly round: RoundFigures; readonly context: AccountContext },
): Promise<unknown> {
  const basis = decisionContext(context, { delivery, spec: operation.spec, now: context.runtime.now() });
  const decision = decideAfterCheck(delivery.state, { outcome, context: { ...basis, askedAt: request.now } });
  emitChecked(delivery, { figures: { decision, outcome, ...round }, context });
  return saveDecision(delivery, { decision, context });
}

function emitChecked(
  { request }: Delivery,
  {
    figures: {
      decision: { state },
      outcome,
      durationMs,
      attempt,
    },
    context: { runtime },
  }: {
    readonly figures: RoundFigures & { readonly decision: Decision; readonly outcome: CheckOutcome };
    readonly context: AccountContext;
  },
): void {
  const count = (kind: RecipientCheck["kind"]): number => countOf(outcome.recipients, kind);
  runtime.emit({
    event: "delivery.checked",
    account: request.account,
    id: request.id,
    operation: request.operation,
    lane: request.lane,
    proven: count("proven"),
    pending: count("pending"),
    absent: count("absent"),
    inconclusive: count("inconclusive") + count("refused"),
    status: state.status,
    sends: state.sends,
    checks: state.checks,
    durationMs: Math.round(durationMs),
    nextAt: state.nextAt ?? null,
    attempt,
    traceparent: request.traceparent,
  });
}
