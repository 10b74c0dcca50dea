/**
 * What is kept of a delivery some time after its end: its proof, what it is found and compared by, and the part
 * of its timeline that people ask for. Pure.
 *
 * Invariant: only deliveries that nobody can act on any more are trimmed. A dead or discarded one may be
 * replayed, and keeps everything.
 */
import type { LedgerEntry } from "./ledger.ts";
import type { DeliveryRequest, DeliveryState, Status } from "./record.ts";
import type { TimelineEntry, TimelineEvent } from "./timeline.ts";

export const TRIMMABLE_STATUSES = ["confirmed", "cancelled"] as const satisfies readonly Status[];
export type TrimmableStatus = (typeof TRIMMABLE_STATUSES)[number];

/** The state without what only a next decision would need. */
export function trimmedState(state: DeliveryState): DeliveryState {
  const recipients = state.recipients.map(trimmedEntry);
  return { ...state, recipients, checkRound: 0, waits: 0, waitCause: null, interruptions: 0 };
}

function trimmedEntry(entry: LedgerEntry): LedgerEntry {
  return { ...entry, sentAt: null, lagFrom: null, firstSentAt: null, askedAt: null, memo: null };
}

/** Without the request's id: logs are searched for it soon or never. */
export function trimmedRequest(request: DeliveryRequest): DeliveryRequest {
  return { ...request, requestId: null };
}

const FIRST_ENTRIES = 3;
/** Events that matter only until the next one. */
const PASSING: readonly TimelineEvent[] = ["waiting", "observing", "checked", "absenceProven", "unreadable"];

/** The first entries, every send, the last check that proved something, and whatever a person did. */
export function trimmedTimeline(entries: readonly TimelineEntry[]): TimelineEntry[] {
  const proof = entries.findLast((entry) => entry.event === "checked" && entry.proven > 0);
  return entries
    .filter((entry, index) => index < FIRST_ENTRIES || entry === proof || !PASSING.includes(entry.event))
    .map(withoutAttempt);
}

function withoutAttempt(entry: TimelineEntry): TimelineEntry {
  if (entry.event !== "sent" && entry.event !== "waiting") return entry;
  const { worker: _worker, tookMs: _tookMs, ...told } = entry;
  return told;
}
