/**
 * Decides what happens to a delivery after one round of checks, and at its deadline.
 *
 * Invariants: only `absent` counts towards absence, and absence is believed only after enough negatives
 * since the last send, the latest of them asked later than the platform's visibility lag. `inconclusive`
 * changes nothing but the time of the next question.
 */
import {
  askLaterIfTold,
  describe,
  die,
  endsAt,
  settle,
  type Decision,
  type DecisionContext,
} from "./decision.ts";
import { mergeReceipts } from "./decide-send.ts";
import { isFinal, isOutstanding, lagStartOf, type LedgerEntry } from "./ledger.ts";
import { countOf, type CheckOutcome, type RecipientCheck } from "./outcome.ts";
import { move } from "./lifecycle.ts";
import { isEnded, type DeliveryState } from "./record.ts";
import type { TimelineEntry } from "./timeline.ts";

export function decideAfterCheck(
  state: DeliveryState,
  { outcome, context }: { readonly outcome: CheckOutcome; readonly context: DecisionContext },
): Decision {
  const told = new Map(outcome.recipients.map((check) => [check.recipient, check]));
  const recipients = state.recipients.map((entry) => {
    const check = told.get(entry.id);
    return check === undefined || !isOutstanding(entry)
      ? entry
      : afterOneCheck(entry, { check, state, context });
  });
  const checked: DeliveryState = {
    ...state,
    checks: state.checks + outcome.calls,
    checkRound: state.checkRound + scheduleStep(outcome, state.recipients.filter(isOutstanding).length),
    receipt: mergeReceipts(state.receipt, outcome.receipt),
  };
  const entries = checkEntries(state, { recipients, outcome, context });
  const decision = settle(checked, { recipients, entries, context });
  if (isEnded(decision.state.status)) return decision;
  if (isLastQuestion(state, { after: decision.state, context })) return afterLastQuestion(decision, context);
  return askLaterIfTold(decision, { retryAfterMs: outcome.retryAfterMs, context });
}

/**
 * Taken from the state before: a question that may itself act must not postpone the end for ever. For the same reason
 * the first that may have acted after the deadline is the last: of many recipients each could postpone it once more.
 */
function isLastQuestion(
  before: DeliveryState,
  { after, context }: { readonly after: DeliveryState; readonly context: DecisionContext },
): boolean {
  const { now, deadlineAt } = context;
  if (now >= endsAt(before.recipients, context)) return true;
  return now >= deadlineAt && after.recipients.some((entry) => mayHaveActed(entry, now));
}

function mayHaveActed(entry: LedgerEntry, now: number): boolean {
  return isOutstanding(entry) && entry.sentAt === now;
}

/** The last question may have acted, and its answer is lost: nothing more is asked, and its lag is waited out. */
function afterLastQuestion({ state, entries }: Decision, context: DecisionContext): Decision {
  const { now } = context;
  if (!state.recipients.some((entry) => mayHaveActed(entry, now)))
    return dieAtDeadline(state, { entries, context });
  const recipients = state.recipients.map((entry): LedgerEntry =>
    isOutstanding(entry) ? { ...entry, status: "unproven", at: now } : entry,
  );
  const nextAt = endsAt(recipients, context);
  return {
    state: move(state, { changed: { recipients }, standing: { status: "confirming", nextAt } }),
    entries,
  };
}

/**
 * How far a round moves the schedule on: as far as the share of the outstanding recipients that were asked,
 * because the platform's limit may let a round ask one of many. A question that nobody could ask does not
 * lengthen the pauses. One that taught nothing lengthens them a little: so a platform that answers nonsense for
 * ever is asked less and less often, and one that failed once is soon asked again.
 */
function scheduleStep({ recipients }: CheckOutcome, outstanding: number): number {
  if (recipients.length === 0) return 0;
  const share = Math.min(1, recipients.length / Math.max(1, outstanding));
  return recipients.every(({ kind }) => kind === "inconclusive") ? share / 4 : share;
}

function afterOneCheck(
  entry: LedgerEntry,
  {
    check,
    state,
    context,
  }: { readonly check: RecipientCheck; readonly state: DeliveryState; readonly context: DecisionContext },
): LedgerEntry {
  const { now } = context;
  const noted = "memo" in check && check.memo !== undefined ? { ...entry, memo: check.memo } : entry;
  switch (check.kind) {
    case "proven": {
      const receipt = check.receipt === undefined ? entry.receipt : { ...entry.receipt, ...check.receipt };
      return {
        ...entry,
        status: "confirmed",
        evidence: check.evidence,
        at: now,
        askedAt: now,
        receipt,
        detail: null,
      };
    }
    case "pending":
      // It is there, on its way: earlier negatives were the lag, not absence.
      return { ...noted, absences: 0, askedAt: now, detail: check.detail };
    case "absent":
      return afterAbsence(
        { ...noted, absences: entry.absences + 1, askedAt: now, detail: null },
        { ends: check.ends, state, context },
      );
    case "inconclusive":
      // A question that may itself have acted counts as a send: refusals from before it no longer count.
      return check.mayHaveActed === true ? { ...noted, sentAt: now, askedAt: null } : noted;
    case "refused":
      return afterRefusal(entry, { check, context });
    case "contradicted":
      return { ...entry, status: "rejected", at: now, askedAt: now, detail: check.detail };
    case "repeatable":
      return afterRepeatable({ ...entry, askedAt: now }, { detail: check.detail, state, context });
    case "unobservable":
      return afterUnobservable({ ...entry, askedAt: now, detail: check.detail }, context);
  }
}

/** What nobody can see is not given up while it may be on its way: the next delivery of its lane would overtake it. */
function afterUnobservable(entry: LedgerEntry, { policy, now, askedAt = now }: DecisionContext): LedgerEntry {
  const lagIsOver = askedAt - lagStartOf(entry, now) >= policy.visibilityLagMs;
  return lagIsOver ? { ...entry, status: "unproven", at: now } : entry;
}

/**
 * A question that the platform has refused for longer than its visibility lag will be refused tomorrow too. So
 * this recipient ends before the deadline, and its lane and the other recipients go on; within the lag a send
 * may still be on its way. It is `rejected` only where what was sent cannot take effect any more: otherwise a
 * replay asks before it sends.
 */
function afterRefusal(
  entry: LedgerEntry,
  {
    check: { detail, isFinal },
    context: { policy, now, askedAt = now },
  }: { readonly check: Extract<RecipientCheck, { kind: "refused" }>; readonly context: DecisionContext },
): LedgerEntry {
  const refusedSince = entry.askedAt ?? askedAt;
  const isLasting = askedAt - refusedSince >= policy.visibilityLagMs;
  if (!isLasting) return { ...entry, askedAt: refusedSince };
  return { ...entry, status: isFinal === true ? "rejected" : "unproven", at: now, detail };
}

function afterAbsence(
  entry: LedgerEntry,
  {
    ends,
    state: { interruptions },
    context: { policy, now, askedAt = now },
  }: { readonly ends: string | undefined; readonly state: DeliveryState; readonly context: DecisionContext },
): LedgerEntry {
  // A negative is as old as its question: what was asked within the lag proves nothing, whenever it is read.
  const lagIsOver = askedAt - lagStartOf(entry, now) >= policy.visibilityLagMs;
  if (entry.absences < policy.absenceProofs || !lagIsOver) return entry;
  if (ends !== undefined) return { ...entry, status: "rejected", at: now, detail: ends };
  // Proven absent: sent again, to this recipient only, unless it has had its sends or kills workers.
  const maySendAgain = entry.sends < policy.maxSends && interruptions < policy.maxInterruptions;
  return { ...entry, status: maySendAgain ? "waiting" : "unproven", at: now };
}

/**
 * What nobody can see is repeated as often as anything else is sent again, and not while the send before
 * may still be under way: it must not arrive behind what follows in its lane.
 */
function afterRepeatable(
  entry: LedgerEntry,
  {
    detail,
    state: { interruptions },
    context: { policy, now, askedAt = now },
  }: { readonly detail: string; readonly state: DeliveryState; readonly context: DecisionContext },
): LedgerEntry {
  const lagIsOver = askedAt - lagStartOf(entry, now) >= policy.visibilityLagMs;
  if (!lagIsOver) return entry;
  const mayRepeat = entry.sends < policy.maxSends && interruptions < policy.maxInterruptions;
  return mayRepeat
    ? { ...entry, status: "waiting", at: now }
    : { ...entry, status: "unproven", at: now, detail };
}

/** What stood in the way of a delivery at its deadline. */
export interface InItsWay {
  /** The gate of its account: "paused", or the state of an open breaker. */
  readonly gate: string | null;
  /** The delivery before it in its lane, which has not ended. */
  readonly head: { readonly id: string; readonly status: string } | null;
}

export const NOTHING_IN_ITS_WAY: InItsWay = { gate: null, head: null };

/**
 * At the deadline of a delivery that nobody has leased: what was sent gets one last check, what never left
 * dies. Null while that check is still to come.
 */
export function decideAtDeadline(
  state: DeliveryState,
  {
    context,
    inItsWay: { gate, head } = NOTHING_IN_ITS_WAY,
  }: { readonly context: DecisionContext; readonly inItsWay?: InItsWay },
): Decision | null {
  const { now, policy } = context;
  if (state.status === "confirming" && !state.recipients.some(isOutstanding)) {
    if (now < endsAt(state.recipients, context)) return null;
    return state.recipients.every(isFinal)
      ? settle(state, { recipients: state.recipients, entries: [], context })
      : dieAtDeadline(state, { entries: [], gate, context });
  }
  if (state.recipients.some(isOutstanding)) {
    if (state.status !== "confirming")
      return {
        state: move(state, { changed: {}, standing: { status: "confirming", nextAt: now } }),
        entries: [],
      };
    const end = endsAt(state.recipients, context);
    // Behind a shut gate nothing is asked. Otherwise the last check still has time to be made.
    if (now < end || (gate === null && now < end + policy.lastCheckLeadMs)) return null;
    return dieAtDeadline(state, { entries: [], gate, context });
  }
  if (head !== null && state.sends === 0) {
    const detail = `${head.id}, the delivery ahead of it in its lane, had not ended when its own deadline passed: it was ${head.status}`;
    return die(state, { reason: "blocked", detail, entries: [], context });
  }
  return dieAtDeadline(state, { entries: [], gate, context });
}

function dieAtDeadline(
  state: DeliveryState,
  {
    entries,
    gate = null,
    context,
  }: {
    readonly entries: readonly TimelineEntry[];
    readonly gate?: string | null | undefined;
    readonly context: DecisionContext;
  },
): Decision {
  if (state.sends > 0 || state.recipients.some(isOutstanding)) {
    return die(state, {
      reason: "unproven",
      detail: `deadline passed; ${describe(state.recipients)}`,
      entries,
      context,
    });
  }
  const reason = state.waitCause === "unauthorized" ? "unauthorized" : "expired";
  const cause = state.detail ?? waitedFor(gate);
  return die(state, {
    reason,
    detail: `deadline passed before anything was sent; last: ${cause}`,
    entries,
    context,
  });
}

function waitedFor(gate: string | null): string {
  switch (gate) {
    case null:
      return "it never had its turn";
    case "paused":
      return "the account was paused";
    case "held":
      return "the account was held, because its credentials were refused";
    default:
      return "the platform was away (the breaker was open)";
  }
}

function checkEntries(
  state: DeliveryState,
  {
    recipients,
    outcome,
    context: { now },
  }: {
    readonly recipients: readonly LedgerEntry[];
    readonly outcome: CheckOutcome;
    readonly context: DecisionContext;
  },
): TimelineEntry[] {
  if (outcome.recipients.length === 0) return [];
  const count = (kind: RecipientCheck["kind"]): number => countOf(outcome.recipients, kind);
  const explained = outcome.recipients.find((check) => "detail" in check);
  const detail = explained !== undefined && "detail" in explained ? explained.detail : undefined;
  const checked: TimelineEntry = {
    at: now,
    event: "checked",
    proven: count("proven"),
    pending: count("pending"),
    absent: count("absent"),
    inconclusive: count("inconclusive") + count("refused") + count("repeatable"),
    ...(detail === undefined ? {} : { detail }),
  };
  const absent = countProvenAbsent(state.recipients, { after: recipients, outcome });
  return absent > 0 ? [checked, { at: now, event: "absenceProven", recipients: absent }] : [checked];
}

/** The recipients that this round has proven absent; those given up or sent to again for another reason are not among them. */
function countProvenAbsent(
  before: readonly LedgerEntry[],
  {
    after,
    outcome: { recipients },
  }: { readonly after: readonly LedgerEntry[]; readonly outcome: CheckOutcome },
): number {
  if (!recipients.some(({ kind }) => kind === "absent")) return 0;
  const absent = new Set(
    recipients.filter(({ kind }) => kind === "absent").map(({ recipient }) => recipient),
  );
  return after.filter((entry, index) => {
    const earlier = before[index];
    return absent.has(entry.id) && earlier !== undefined && isOutstanding(earlier) && !isOutstanding(entry);
  }).length;
}
