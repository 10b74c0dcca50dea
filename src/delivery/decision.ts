/**
 * What a decision is, and how every decision ends: `settle` reads the ledger and says what comes next.
 *
 * Pure. The clock and the jitter are arguments. `lifecycle.ts` says which state may follow which.
 */
import { checkPauseMs } from "./backoff.ts";
import { isFinal, isOutstanding, lagStartOf, mayBeUnderWay, type LedgerEntry } from "./ledger.ts";
import { move } from "./lifecycle.ts";
import type { Policy } from "./policy.ts";
import type { DeadReason, DeliveryState, Progress } from "./record.ts";
import type { Attempt, TimelineEntry } from "./timeline.ts";

export interface DecisionContext {
  readonly policy: Policy;
  /** Milliseconds of Redis' clock. */
  readonly now: number;
  /**
   * When the platform was asked, or a little earlier, in ms of Redis' clock; default `now`. The answer may be
   * processed much later.
   */
  readonly askedAt?: number;
  /** From 0 to 1; new for each decision. */
  readonly jitter: number;
  readonly deadlineAt: number;
  /** True where each recipient has a send of its own, made only when the send before it is settled. */
  readonly oneByOne: boolean;
  /** True where all recipients that are sent to again must be addressed in one call; see `areHeld`. */
  readonly resendsTogether?: boolean;
  /**
   * True where one call checks many deliveries: checks that fall due within one interval are made together, at
   * its end.
   */
  readonly asksTogether?: boolean;
  /** The send that is decided about; absent where there was none, or its worker died with it. */
  readonly attempt?: Attempt;
}

export interface Decision {
  readonly state: DeliveryState;
  readonly entries: readonly TimelineEntry[];
}

/**
 * The result of saving a decision. `rings`: the account is asleep, so a worker must be woken for what this save made
 * due. `stale`: the delivery has changed meanwhile. `late`: a late receipt has arrived that the decision was made
 * without.
 */
export type SaveResult =
  | { readonly kind: "saved"; readonly rings: boolean }
  | { readonly kind: "late" }
  | { readonly kind: "stale" | "gone" };

type NextStep =
  | { readonly kind: "send"; readonly at: number }
  | { readonly kind: "check"; readonly at: number }
  | { readonly kind: "end" };

/** The live timer of a state: every unfinished delivery has exactly one (ARCHITECTURE section 1, promise 4). */
export function nextStep(state: DeliveryState): NextStep {
  switch (state.status) {
    case "queued":
    case "retrying":
      return { kind: "send", at: state.nextAt };
    case "confirming":
      return { kind: "check", at: state.nextAt };
    case "confirmed":
    case "dead":
    case "discarded":
    case "cancelled":
      return { kind: "end" };
  }
}

/**
 * Where a delivery stands once its ledger has changed: ended, to be sent on, or to be verified.
 *
 * @param changes what else the decision changed
 */
export function settle(
  state: DeliveryState,
  {
    recipients,
    entries,
    changes = {},
    context,
  }: {
    readonly recipients: readonly LedgerEntry[];
    readonly entries: readonly TimelineEntry[];
    readonly changes?: Partial<Progress> | undefined;
    readonly context: DecisionContext;
  },
): Decision {
  const changed = { ...state, ...changes, recipients, waits: 0, waitCause: null };
  if (recipients.every(isFinal)) {
    const until = underWayUntil(recipients, context);
    if (context.now >= until) return end(changed, { entries, context });
    return {
      state: move(changed, { changed: {}, standing: { status: "confirming", nextAt: until } }),
      entries,
    };
  }
  if (maySend(recipients, context)) {
    const nextAt = sendAgainAt(recipients, context);
    return { state: move(changed, { changed: {}, standing: { status: "retrying", nextAt } }), entries };
  }
  const nextAt = nextCheckAt(changed, context);
  return { state: move(changed, { changed: {}, standing: { status: "confirming", nextAt } }), entries };
}

/**
 * Until when something that was sent may still arrive, by the platform's visibility lag. If it arrived after
 * its successor in the lane, it would undo that one. 0 where nothing can arrive.
 */
function underWayUntil(
  recipients: readonly LedgerEntry[],
  { policy }: { readonly policy: Pick<Policy, "visibilityLagMs"> },
): number {
  let until = 0;
  for (const entry of recipients)
    if (mayBeUnderWay(entry)) until = Math.max(until, lagStartOf(entry, 0) + policy.visibilityLagMs);
  return until;
}

function maySend(recipients: readonly LedgerEntry[], context: DecisionContext): boolean {
  if (!recipients.some((entry) => entry.status === "waiting")) return false;
  if (!recipients.some(isOutstanding)) return true;
  // Past the deadline nothing is sent any more: the other recipients get their last check.
  if (context.now >= context.deadlineAt) return false;
  return !context.oneByOne && !areHeld(recipients, context);
}

/**
 * When recipients that are proven absent are sent to again. The first resend follows at once, because single
 * sends get lost. If resends are lost too, the platform answers checks but stores nothing. The few sends that
 * are left must outlast that: the third send waits one lag, and each later one six times as long as the one
 * before.
 */
function sendAgainAt(
  recipients: readonly LedgerEntry[],
  { now, jitter, deadlineAt, oneByOne, policy: { visibilityLagMs } }: DecisionContext,
): number {
  const sends = recipients.filter(({ status }) => status === "waiting").map((entry) => entry.sends);
  // Where each has a send of its own, nobody waits for another's.
  const before = oneByOne ? Math.min(...sends) : Math.max(...sends);
  if (before < 2) return now;
  const pauseMs = 6 ** (before - 2) * visibilityLagMs;
  const latest = deadlineAt - TIME_TO_PROVE * visibilityLagMs;
  return Math.max(now, Math.min(now + Math.round(pauseMs * (0.9 + 0.2 * jitter)), latest));
}

/** In visibility lags. Enough to check a hundred recipients at five a minute (checkcreatetodo's limit). */
const LONGEST_HOLD = 60;
/** In visibility lags. What is sent this long before the deadline can still be proven. */
const TIME_TO_PROVE = 10;

/**
 * Whether recipients that are proven absent wait until the others are settled too. While no recipient is known
 * to have it, the first call that arrives may be the only one that counts: a platform may ignore recipients
 * that are named later. The wait is limited, because the platform may never give a clear answer about one of
 * them.
 */
function areHeld(
  recipients: readonly LedgerEntry[],
  { resendsTogether = false, now, deadlineAt, policy: { visibilityLagMs } }: DecisionContext,
): boolean {
  if (!resendsTogether || recipients.some(({ status }) => status === "confirmed")) return false;
  const sentAt = Math.max(...recipients.flatMap((entry) => entry.sentAt ?? []));
  const until = Math.min(
    sentAt + LONGEST_HOLD * visibilityLagMs,
    deadlineAt - TIME_TO_PROVE * visibilityLagMs,
  );
  return now < until;
}

/**
 * When to check next, in ms of Redis' clock. Never after the deadline, and not after the moment at which one
 * more negative would complete the proof of absence, so that a lost send is repeated as soon as that is safe.
 *
 * Where one call checks many deliveries (`asksTogether`), checks are aligned to multiples of the first pause: a
 * burst is checked once in that time, however many deliveries it has.
 */
export function nextCheckAt(state: DeliveryState, context: DecisionContext): number {
  const { policy, now, jitter } = context;
  let soonest = now + checkPauseMs(policy, { round: state.checkRound, jitter });
  for (const entry of state.recipients) {
    if (!isOutstanding(entry) || entry.absences < policy.absenceProofs - 1) continue;
    const provenAt = lagStartOf(entry, now) + policy.visibilityLagMs;
    if (provenAt > now) soonest = Math.min(soonest, provenAt);
  }
  const grid = context.asksTogether === true ? (policy.checkScheduleMs[0] ?? 1) : 1;
  const at = Math.ceil(soonest / grid) * grid;
  return beforeDeadline(at, { now, deadlineAt: endsAt(state.recipients, context), policy });
}

/**
 * When an unfinished delivery must have ended, in ms of Redis' clock: at its deadline, or when the visibility
 * lag of its last send is over, whichever is later. If it ended earlier, its successor in the lane could
 * overtake it, and a dead letter could appear on the platform a minute later.
 */
export function endsAt(
  recipients: readonly LedgerEntry[],
  { deadlineAt, policy }: { readonly deadlineAt: number; readonly policy: Pick<Policy, "visibilityLagMs"> },
): number {
  return Math.max(deadlineAt, underWayUntil(recipients, { policy }));
}

/**
 * Where the platform or its limits said when to ask again, an earlier check would show nothing. The state keeps
 * the cause of the wait, for operators.
 */
export function askLaterIfTold(
  decision: Decision,
  { retryAfterMs, context }: { readonly retryAfterMs: number | null; readonly context: DecisionContext },
): Decision {
  const { state } = decision;
  const { now, policy } = context;
  if (state.status !== "confirming" || retryAfterMs === null) return decision;
  const end = endsAt(state.recipients, context);
  const at = beforeDeadline(now + Math.max(1, retryAfterMs), { now, deadlineAt: end, policy });
  return {
    ...decision,
    state: move(state, {
      changed: { waitCause: "throttled" },
      standing: { status: "confirming", nextAt: at },
    }),
  };
}

/** Brings `at` forward, so that one last answer arrives before the deadline and one more at the deadline. */
export function beforeDeadline(
  at: number,
  { now, deadlineAt, policy }: { readonly now: number; readonly deadlineAt: number; readonly policy: Policy },
): number {
  const lastCheckAt = deadlineAt - policy.lastCheckLeadMs;
  return Math.min(at, now < lastCheckAt ? lastCheckAt : deadlineAt);
}

/** Ends a delivery whose recipients are all final. */
function end(
  state: DeliveryState,
  { entries, context }: { readonly entries: readonly TimelineEntry[]; readonly context: DecisionContext },
): Decision {
  const some = (status: LedgerEntry["status"]): boolean =>
    state.recipients.some((entry) => entry.status === status);
  if (state.recipients.every(({ status }) => status === "confirmed"))
    return confirm(state, { entries, context });
  if (some("unproven")) {
    const reason = state.interruptions >= context.policy.maxInterruptions ? "poison" : "unproven";
    return die(state, { reason, detail: describeLedger(state.recipients), entries, context });
  }
  const reason = some("confirmed") && some("rejected") ? "partial" : "rejected";
  return die(state, { reason, detail: describeLedger(state.recipients), entries, context });
}

function confirm(
  state: DeliveryState,
  {
    entries,
    context: { now },
  }: { readonly entries: readonly TimelineEntry[]; readonly context: DecisionContext },
): Decision {
  return {
    state: move(state, { changed: {}, standing: { status: "confirmed", finishedAt: now } }),
    entries: [...entries, { at: now, event: "confirmed" }],
  };
}

/** Ends a delivery as a dead letter. */
export function die(
  state: DeliveryState,
  {
    reason,
    detail,
    entries,
    context: { now },
  }: {
    readonly reason: DeadReason;
    readonly detail: string;
    readonly entries: readonly TimelineEntry[];
    readonly context: Pick<DecisionContext, "now">;
  },
): Decision {
  return {
    state: move(state, { changed: { detail }, standing: { status: "dead", reason, finishedAt: now } }),
    entries: [...entries, { at: now, event: "dead", reason, detail }],
  };
}

/** Ends a delivery that can neither be sent nor checked, but not before the visibility lag of its last send is over. */
export function dieAfterTheLag(
  state: DeliveryState,
  {
    reason,
    detail,
    basis,
  }: {
    readonly reason: DeadReason;
    readonly detail: string;
    readonly basis: Pick<DecisionContext, "now" | "policy">;
  },
): Decision {
  const until = underWayUntil(state.recipients, basis);
  if (basis.now >= until) return die(state, { reason, detail, entries: [], context: basis });
  return {
    state: move(state, { changed: { detail }, standing: { status: "confirming", nextAt: until } }),
    entries: [],
  };
}

const NAMED_AT_MOST = 5;

/** One sentence that says which recipients have it and which have not, with a few names of each. */
export function describeLedger(recipients: readonly LedgerEntry[]): string {
  const groups = new Map<string, string[]>();
  for (const entry of recipients) {
    const label = labelOf(entry);
    groups.set(label, [...(groups.get(label) ?? []), entry.id]);
  }
  return [...groups].map(([label, ids]) => `${label}: ${named(ids)}`).join("; ");
}

function labelOf(entry: LedgerEntry): string {
  // `message.await` sends nothing: it waits for what others send.
  const isAwaited = entry.sends === 0;
  const why = entry.detail === null ? "" : ` (${entry.detail})`;
  switch (entry.status) {
    case "confirmed":
      return "proven";
    case "rejected":
      return `refused (${entry.detail ?? "no reason given"})`;
    case "unproven":
      return isAwaited
        ? `awaited, never seen${why}`
        : `never seen after ${entry.sends} ${entry.sends === 1 ? "send" : "sends"}${why}`;
    case "accepted":
      return isAwaited ? `awaited, never seen${why}` : `accepted by the platform but never shown${why}`;
    case "unknown":
      return `sent, answer lost, never shown${why}`;
    case "waiting":
      return entry.sends > 0 ? "sent and proven absent" : "never sent";
  }
}

function named(ids: readonly string[]): string {
  const shown = ids.slice(0, NAMED_AT_MOST).join(", ");
  return ids.length > NAMED_AT_MOST ? `${shown} and ${ids.length - NAMED_AT_MOST} more` : shown;
}
