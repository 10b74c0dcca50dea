/**
 * Decides what happens to a delivery after one round of checks, and at its deadline.
 *
 * Invariants: only `absent` counts towards absence, and absence is believed only after enough negatives
 * since the last send, the latest of them asked later than the platform's visibility lag. `inconclusive`
 * changes nothing but the time of the next question.
 */
import {
  askLaterIfTold,
  describeLedger,
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
 * Decided on the state before the check: a check that may itself have acted (`mayHaveActed`) must not postpone
 * the end for ever. For the same reason the first such check after the deadline is the last one: with many
 * recipients, each could postpone the end once more.
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

/**
 * If the last check may itself have acted, its answer is lost: no other check follows, and the delivery ends
 * when the visibility lag of that check is over.
 */
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
 * How far a round of checks moves the schedule on: by the share of the outstanding recipients that it asked
 * about, because the platform's limits may let a round ask about one of many. A check that could not be made
 * does not lengthen the pauses. An inconclusive one lengthens them a little: a platform that keeps answering
 * nonsense is asked less and less often, and one that failed once is soon asked again.
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
      // It is there, on its way: the earlier negatives showed the visibility lag, not absence.
      return { ...noted, absences: 0, askedAt: now, detail: check.detail };
    case "absent":
      return afterAbsence(
        { ...noted, absences: entry.absences + 1, askedAt: now, detail: null },
        { ends: check.ends, state, context },
      );
    case "inconclusive":
      // A check that may itself have acted counts as a send: earlier refusals no longer count.
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

/**
 * What nobody can observe is not given up while it may be on its way: the next delivery of its lane would
 * overtake it.
 */
function afterUnobservable(entry: LedgerEntry, { policy, now, askedAt = now }: DecisionContext): LedgerEntry {
  const lagIsOver = askedAt - lagStartOf(entry, now) >= policy.visibilityLagMs;
  return lagIsOver ? { ...entry, status: "unproven", at: now } : entry;
}

/**
 * A check that the platform has refused for longer than its visibility lag will be refused tomorrow too. So
 * this recipient ends before the deadline, and the other recipients and the lane go on. It does not end sooner,
 * because within the lag the send may still be on its way. It ends `rejected` only where what was sent can no
 * longer take effect; otherwise `unproven`, so that a replay checks before it sends.
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
  // A negative is dated by when it was asked, not by when its answer is read. One that was asked within the lag
  // proves nothing.
  const lagIsOver = askedAt - lagStartOf(entry, now) >= policy.visibilityLagMs;
  if (entry.absences < policy.absenceProofs || !lagIsOver) return entry;
  if (ends !== undefined) return { ...entry, status: "rejected", at: now, detail: ends };
  // Proven absent: it is sent to this recipient again, unless its sends are used up or it kills workers.
  const maySendAgain = entry.sends < policy.maxSends && interruptions < policy.maxInterruptions;
  return { ...entry, status: maySendAgain ? "waiting" : "unproven", at: now };
}

/**
 * What nobody can observe is repeated at most `maxSends` times, like any other send. It is not repeated while
 * the send before may still be under way: that one must not arrive after what follows in its lane.
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
 * What happens at the deadline to a delivery that nobody has leased: one of which something was sent gets a
 * last check, another dies. Null while that last check is still to come.
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
    // While the account's gate is shut no check is made, so there is none to wait for.
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
      detail: `deadline passed; ${describeLedger(state.recipients)}`,
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

/**
 * How many recipients this round has proven absent. Those that were given up, or are sent to again for another
 * reason, do not count.
 */
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
