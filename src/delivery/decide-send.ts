/**
 * Decides what happens to a delivery after one send.
 *
 * Invariant: an `unknown` send is verified before it is repeated. The platform may already have stored
 * it, and a second create would show the recipient the same item twice.
 */
import { refusalText } from "./error-words.ts";
import { retryPauseMs } from "./backoff.ts";
import {
  askLaterIfTold,
  beforeDeadline,
  die,
  settle,
  type Decision,
  type DecisionContext,
} from "./decision.ts";
import { move } from "./lifecycle.ts";
import { updateEntries, type Evidence, type LedgerEntry } from "./ledger.ts";
import type { Refusal, SendOutcome } from "./outcome.ts";
import type { DeliveryState, Receipt, WaitCause } from "./record.ts";
import type { TimelineEntry } from "./timeline.ts";

export function decideAfterSend(
  before: DeliveryState,
  {
    targets,
    outcome,
    context,
  }: {
    readonly targets: readonly string[];
    readonly outcome: SendOutcome;
    readonly context: DecisionContext;
  },
): Decision {
  const state = noted(before, { targets, outcome });
  switch (outcome.kind) {
    case "accepted":
      return took(state, { targets, outcome, evidence: null, context });
    case "confirmed":
      return took(state, { targets, outcome, evidence: outcome.evidence, context });
    case "observing":
      return observe(state, { targets, refused: outcome.refused ?? [], context });
    case "unknown":
      return verify(state, { targets, outcome, context });
    case "unreachable":
      return wait(state, { cause: outcome.kind, retryAfterMs: null, detail: outcome.detail, context });
    case "unauthorized":
      return outcome.refusal != null && isRefusedForGood(state)
        ? refuse(state, { targets, refusal: outcome.refusal, context })
        : wait(state, { cause: outcome.kind, retryAfterMs: null, detail: outcome.detail, context });
    case "throttled":
    case "busy":
      return wait(state, {
        cause: outcome.kind,
        retryAfterMs: outcome.retryAfterMs,
        detail: outcome.detail,
        context,
      });
    case "rejected":
      return refuse(state, { targets, refusal: outcome, context });
    case "invalid":
      return invalid(state, { targets, detail: outcome.detail, context });
  }
}

/**
 * A token may have expired and been renewed between the refusal and the harmless call: so one refusal is not
 * believed.
 */
const ROUNDS_TO_BELIEVE = 3;

/**
 * This send is refused in round after round, while the platform takes the same credentials for other calls: the
 * send is refused, not the account.
 */
function isRefusedForGood({ waitCause, waits }: DeliveryState): boolean {
  return waitCause === "unauthorized" && waits >= ROUNDS_TO_BELIEVE - 1;
}

/** Keeps the channel's memo about each target. */
function noted(
  state: DeliveryState,
  { targets, outcome }: { readonly targets: readonly string[]; readonly outcome: SendOutcome },
): DeliveryState {
  const memo = "memo" in outcome ? outcome.memo : undefined;
  if (memo === undefined) return state;
  return {
    ...state,
    recipients: updateEntries({ ledger: state.recipients, ids: targets }, (entry) => ({ ...entry, memo })),
  };
}

/** The platform took the send: the recipients that it refused are final, the others accepted or proven. */
function took(
  state: DeliveryState,
  {
    targets,
    outcome,
    evidence,
    context,
  }: {
    readonly targets: readonly string[];
    readonly outcome: Extract<SendOutcome, { kind: "accepted" | "confirmed" }>;
    readonly evidence: Evidence | null;
    readonly context: DecisionContext;
  },
): Decision {
  const { now } = context;
  const refused = new Map((outcome.refused ?? []).map((refusal) => [refusal.recipient, refusal]));
  const recipients = updateEntries({ ledger: state.recipients, ids: targets }, (entry) => {
    const refusal = refused.get(entry.id);
    if (refusal !== undefined) return refusedEntry(sentEntry(entry, { now }), { refusal, now });
    const receipt = outcome.recipientReceipts?.[entry.id] ?? entry.receipt;
    const sent = { ...sentEntry(entry, { now }), receipt };
    if (evidence === null) return { ...sent, status: "accepted" };
    return { ...sent, status: "confirmed", evidence, at: now };
  });
  const next = {
    ...afterSend(state),
    acceptedAt: state.acceptedAt ?? now,
    receipt: mergeReceipts(state.receipt, outcome.receipt),
  };
  const detail = refused.size > 0 ? `${refused.size} of ${targets.length} refused` : undefined;
  return settle(next, {
    recipients,
    entries: [sendEntry({ outcome: outcome.kind, targets, detail }, context)],
    context,
  });
}

/** The operation sends nothing: only checks decide. */
function observe(
  state: DeliveryState,
  {
    targets,
    refused,
    context,
  }: {
    readonly targets: readonly string[];
    readonly refused: readonly Refusal[];
    readonly context: DecisionContext;
  },
): Decision {
  const { now } = context;
  const recipients = updateEntries({ ledger: state.recipients, ids: targets }, (entry) => {
    const refusal = refused.find(({ recipient }) => recipient === entry.id);
    if (refusal !== undefined) return refusedEntry(entry, { refusal, now });
    return { ...entry, status: "accepted", sentAt: now, absences: 0, askedAt: null };
  });
  return settle(
    { ...state, detail: null },
    { recipients, entries: [{ at: now, event: "observing" }], context },
  );
}

/** Nobody knows: every target is `unknown` until a check says more. */
function verify(
  state: DeliveryState,
  {
    targets,
    outcome,
    context,
  }: {
    readonly targets: readonly string[];
    readonly outcome: Extract<SendOutcome, { kind: "unknown" }>;
    readonly context: DecisionContext;
  },
): Decision {
  const recipients = updateEntries({ ledger: state.recipients, ids: targets }, (entry) => ({
    ...sentEntry(entry, { now: context.now, isDated: outcome.cause !== "interrupted" }),
    status: "unknown",
  }));
  const interruptions = state.interruptions + (outcome.cause === "interrupted" ? 1 : 0);
  const entry = sendEntry(
    { outcome: `unknown (${outcome.cause})`, targets, detail: outcome.detail },
    context,
  );
  const decision = settle({ ...afterSend(state), interruptions }, { recipients, entries: [entry], context });
  return askLaterIfTold(decision, { retryAfterMs: outcome.retryAfterMs ?? null, context });
}

/** Nothing was sent. The wait costs no send, and stands in the timeline once for each cause. */
function wait(
  state: DeliveryState,
  {
    cause,
    retryAfterMs,
    detail,
    context,
  }: {
    readonly cause: WaitCause;
    readonly retryAfterMs: number | null;
    readonly detail: string;
    readonly context: DecisionContext;
  },
): Decision {
  const { policy, now, jitter, deadlineAt } = context;
  // At least the backoff: a platform that says "retry at once" and refuses again would otherwise be called as
  // fast as the rate allows.
  const pause =
    retryAfterMs === null
      ? retryPauseMs(policy, { waits: state.waits, jitter })
      : Math.max(retryAfterMs, retryPauseMs(policy, { waits: 0, jitter }));
  const told = state.waitCause === cause;
  const entries: TimelineEntry[] = told
    ? []
    : [{ at: now, event: "waiting", cause, detail, ...context.attempt }];
  return {
    state: move(state, {
      changed: { detail, waits: state.waits + 1, waitCause: cause },
      standing: {
        // A delivery that was never tried stays `queued`, any other is `retrying`. Whatever wait the platform
        // asked for, it is tried once more before its deadline.
        status: isUntried(state) ? "queued" : "retrying",
        nextAt: beforeDeadline(now + pause, { now, deadlineAt, policy }),
      },
    }),
    entries,
  };
}

/** The platform refused the call: this is final for every target, and the other recipients go on. */
function refuse(
  state: DeliveryState,
  {
    targets,
    refusal: { code, text },
    context,
  }: {
    readonly targets: readonly string[];
    readonly refusal: { readonly code: string; readonly text: string };
    readonly context: DecisionContext;
  },
): Decision {
  const recipients = updateEntries({ ledger: state.recipients, ids: targets }, (entry) =>
    refusedEntry(sentEntry(entry, { now: context.now }), {
      refusal: { code, text, recipient: entry.id },
      now: context.now,
    }),
  );
  const entry = sendEntry({ outcome: "rejected", targets, detail: refusalText({ code, text }) }, context);
  return settle(afterSend(state), { recipients, entries: [entry], context });
}

/**
 * No request can be built for the targets. Recipients that were sent to before are still checked, and others
 * may still be sent to.
 */
function invalid(
  state: DeliveryState,
  {
    targets,
    detail,
    context,
  }: { readonly targets: readonly string[]; readonly detail: string; readonly context: DecisionContext },
): Decision {
  const refusal = { code: "invalid", text: detail };
  const recipients = updateEntries({ ledger: state.recipients, ids: targets }, (entry) =>
    refusedEntry(entry, { refusal: { ...refusal, recipient: entry.id }, now: context.now }),
  );
  const isAllOfIt = recipients.every(({ status, sends }) => status === "rejected" && sends === 0);
  if (isAllOfIt) return die(state, { reason: "invalid", detail, entries: [], context });
  return settle(state, {
    recipients,
    entries: [sendEntry({ outcome: "invalid", targets, detail }, context)],
    context,
  });
}

/** Whether no send of it was ever tried. */
function isUntried({ status, sends, knowledge }: DeliveryState): boolean {
  return status === "queued" && sends === 0 && knowledge === "notSent";
}

function afterSend(state: DeliveryState): DeliveryState {
  return { ...state, sends: state.sends + 1, checkRound: 0, detail: null };
}

/** @param isDated false where the time of the send is unknown, because its worker died during it */
function sentEntry(
  entry: LedgerEntry,
  { now, isDated = true }: { readonly now: number; readonly isDated?: boolean },
): LedgerEntry {
  const firstSentAt = entry.sends > 0 ? entry.firstSentAt : isDated ? now : null;
  return {
    ...entry,
    sends: entry.sends + 1,
    sentAt: now,
    firstSentAt,
    absences: 0,
    askedAt: null,
    detail: null,
  };
}

function refusedEntry(
  entry: LedgerEntry,
  { refusal, now }: { readonly refusal: Refusal; readonly now: number },
): LedgerEntry {
  return { ...entry, status: "rejected", at: now, detail: refusalText(refusal) };
}

export function mergeReceipts(known: Receipt | null, learned: Receipt | undefined): Receipt | null {
  return learned === undefined ? known : { ...known, ...learned };
}

function sendEntry(
  {
    outcome,
    targets,
    detail,
  }: { readonly outcome: string; readonly targets: readonly string[]; readonly detail?: string | undefined },
  { now, attempt }: DecisionContext,
): TimelineEntry {
  const told = detail === undefined ? {} : { detail };
  return { at: now, event: "sent", outcome, to: targets.length, ...told, ...attempt };
}
