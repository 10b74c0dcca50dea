/**
 * The recipient ledger: the state of each recipient of one delivery.
 *
 * `waiting` is to be sent to (never sent, or proven absent since). `accepted` and `unknown` were sent and are
 * being verified. `confirmed`, `rejected` and `unproven` are final. Only `waiting` recipients are ever part of
 * a send: this is what keeps a todo from being shown twice.
 */
import type { Knowledge, Receipt } from "./record.ts";

export const RECIPIENT_STATUSES = [
  "waiting",
  "accepted",
  "unknown",
  "confirmed",
  "rejected",
  "unproven",
] as const;
type RecipientStatus = (typeof RECIPIENT_STATUSES)[number];

export const EVIDENCE_KINDS = ["check", "list", "detail", "reply"] as const;

/** How we know that something is on the platform: the kind of proof, the time, and a digest of the answer. */
export interface Evidence {
  readonly kind: (typeof EVIDENCE_KINDS)[number];
  readonly at: number;
  readonly digest: string;
  /** What the platform showed beyond existence, for example `already done`. */
  readonly note?: string;
}

export interface LedgerEntry {
  readonly id: string;
  readonly status: RecipientStatus;
  /** When the last send to this recipient ended, as far as we know (ms of Redis' clock). */
  readonly sentAt: number | null;
  /** When the visibility lag was restarted without a send: by a replay. */
  readonly lagFrom: number | null;
  /** When the first send ended; null where that is unknown, because its worker died. */
  readonly firstSentAt: number | null;
  readonly sends: number;
  /** Negative checks since the last send. */
  readonly absences: number;
  readonly askedAt: number | null;
  readonly evidence: Evidence | null;
  readonly at: number | null;
  readonly detail: string | null;
  readonly receipt: Receipt | null;
  /**
   * What the channel keeps until its next call: digests of what the platform showed, never a payload value.
   * Only the channel reads it.
   */
  readonly memo: string | null;
}

/** The recipient of operations that address nobody in particular, or everybody under an entity. */
export const EVERYBODY = "*";

export function openLedger(recipients: readonly string[]): LedgerEntry[] {
  return recipients.map((id) => ({
    id,
    status: "waiting",
    sentAt: null,
    lagFrom: null,
    firstSentAt: null,
    sends: 0,
    absences: 0,
    askedAt: null,
    evidence: null,
    at: null,
    detail: null,
    receipt: null,
    memo: null,
  }));
}

export function isFinal(entry: LedgerEntry): boolean {
  return entry.status === "confirmed" || entry.status === "rejected" || entry.status === "unproven";
}

/** The moment from which the visibility lag is counted; `now` where the time of the send is unknown. */
export function lagStartOf(
  { sentAt, lagFrom }: Pick<LedgerEntry, "sentAt" | "lagFrom">,
  now: number,
): number {
  if (sentAt === null) return lagFrom ?? now;
  return Math.max(sentAt, lagFrom ?? sentAt);
}

/** A person has replayed it since it was sent: what the platform answered to that send forbids no other one. */
export function isReplayed({ sentAt, lagFrom }: Pick<LedgerEntry, "sentAt" | "lagFrom">): boolean {
  return sentAt !== null && lagFrom !== null && lagFrom > sentAt;
}

/** Sent, and neither proven nor refused yet. */
export function isOutstanding(entry: LedgerEntry): boolean {
  return entry.status === "accepted" || entry.status === "unknown";
}

/**
 * Proven by the answer to a repeat of the call, after the answer to the first call was lost: the first call may
 * still be on its way.
 */
function isProvenByRepeat({ status, evidence, askedAt }: LedgerEntry): boolean {
  return status === "confirmed" && evidence?.kind === "reply" && askedAt !== null;
}

/**
 * Given up right after a check that may itself have acted and whose answer was lost: that call may still
 * arrive.
 */
function isGivenUpUnderWay({ status, sentAt, at }: LedgerEntry): boolean {
  return status === "unproven" && sentAt !== null && at !== null && sentAt >= at;
}

/** What was sent to it may still be on its way to the platform. */
export function mayBeUnderWay(entry: LedgerEntry): boolean {
  return isOutstanding(entry) || isProvenByRepeat(entry) || isGivenUpUnderWay(entry);
}

/** The recipients that the next send addresses, at most `limit`. */
export function sendTargets(ledger: readonly LedgerEntry[], limit: number): string[] {
  return ledger
    .filter((entry) => entry.status === "waiting")
    .slice(0, limit)
    .map((entry) => entry.id);
}

/**
 * The recipients to check, those that were asked about longest ago first, so that a small check budget reaches
 * everybody.
 */
export function checkTargets(ledger: readonly LedgerEntry[]): LedgerEntry[] {
  const outstanding = ledger.filter(isOutstanding);
  return outstanding.length < 2
    ? outstanding
    : outstanding.toSorted((a, b) => (a.askedAt ?? 0) - (b.askedAt ?? 0));
}

/** The delivery's knowledge: that of its least certain recipient. */
export function knowledgeOf(ledger: readonly LedgerEntry[]): Knowledge {
  if (ledger.some((entry) => entry.status === "unknown")) return "unknown";
  const taken = ledger.some((entry) => entry.status === "accepted" || entry.status === "confirmed");
  return taken ? "accepted" : "notSent";
}

/** Above this number a set is used. Nearly every delivery has one recipient. */
const FEW = 8;

/** Whether an id is one of these. */
export function memberOf(ids: readonly string[]): (id: string) => boolean {
  if (ids.length <= FEW) return (id) => ids.includes(id);
  const known = new Set(ids);
  return (id) => known.has(id);
}

/** Applies `change` to the named recipients and leaves the others as they are. */
export function updateEntries(
  { ledger, ids }: { readonly ledger: readonly LedgerEntry[]; readonly ids: readonly string[] },
  change: (entry: LedgerEntry) => LedgerEntry,
): LedgerEntry[] {
  const isNamed = memberOf(ids);
  return ledger.map((entry) => (isNamed(entry.id) ? change(entry) : entry));
}
