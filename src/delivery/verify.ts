/**
 * Verifies a dead letter: a person asks the platform whether it is there after all. Nothing is sent. Pure.
 *
 *   dead ─► confirmed   every recipient is proven; a new generation, so that its producer gets a callback
 *        ─► dead        else: recipients who are proven stay proven, and the others are what they were
 *
 * One negative answer proves no absence: a dead letter that was not found is replayed like any other, and asked about
 * again before anything is sent.
 */
import type { Actor } from "./timeline.ts";
import { describeLedger, type Decision } from "./decision.ts";
import { mergeReceipts } from "./decide-send.ts";
import { isFinal, type LedgerEntry } from "./ledger.ts";
import { move } from "./lifecycle.ts";
import type { CheckOutcome, RecipientCheck } from "./outcome.ts";
import type { DeliveryState, Receipt } from "./record.ts";
import { mayHaveArrived } from "./replay.ts";

/** What the platform showed of one recipient. `unknown`: its answer proved nothing. */
export const SIGHTINGS = ["there", "absent", "pending", "contradicted", "unknown"] as const;
type Sighting = (typeof SIGHTINGS)[number];

export interface RecipientSighting {
  readonly recipient: string;
  readonly seen: Sighting;
  readonly detail: string | null;
}

export type DeadState = Extract<DeliveryState, { readonly status: "dead" }>;

/** The recipients to ask about: those that may have it. Where a person found an id, all that are not confirmed. */
export function askedAbout(
  { recipients, finishedAt }: DeadState,
  hasFoundId: boolean,
): readonly LedgerEntry[] {
  const isAsked = (entry: LedgerEntry): boolean =>
    hasFoundId ? entry.status !== "confirmed" : mayHaveArrived(entry);
  return recipients.filter(isAsked).map((entry) => ({
    ...entry,
    // With an id the channel asks about that object; without one it looks for what a send with a lost answer
    // created.
    status: hasFoundId || entry.status === "accepted" ? "accepted" : "unknown",
    sentAt: entry.sentAt ?? finishedAt,
    askedAt: null,
  }));
}

export interface Verifying {
  readonly actor: Actor;
  readonly now: number;
  /** The platform's id that a person found; null where the channel searched without one. */
  readonly found: Receipt | null;
  /**
   * Whether an object with other values than those that were sent counts as this delivery: a person has looked
   * at it.
   */
  readonly takesAltered: boolean;
}

/** Null unless it is a dead letter. */
export function verify(
  state: DeliveryState,
  { outcome, verifying }: { readonly outcome: CheckOutcome; readonly verifying: Verifying },
): Decision | null {
  if (state.status !== "dead") return null;
  const { actor, now, found, takesAltered } = verifying;
  const told = new Map(outcome.recipients.map((check) => [check.recipient, check]));
  const isTaken = (check: RecipientCheck | undefined): check is Proven =>
    check?.kind === "proven" && (found === null || takesAltered || check.evidence.note === undefined);
  const recipients = state.recipients.map((entry) => {
    const check = told.get(entry.id);
    return isTaken(check) ? provenEntry(entry, { check, verifying }) : noted(entry, check);
  });
  const counts = Map.groupBy(outcome.recipients, sightingOf);
  const entry = {
    at: now,
    event: "verified",
    by: actor.by,
    there: counts.get("there")?.length ?? 0,
    absent: counts.get("absent")?.length ?? 0,
    ...(actor.note === null ? {} : { note: actor.note }),
  } as const;
  const receipt = [...told.values()].some(isTaken)
    ? mergeReceipts(mergeReceipts(state.receipt, found ?? undefined), outcome.receipt)
    : state.receipt;
  const checks = state.checks + outcome.calls;
  if (recipients.every(({ status }) => status === "confirmed")) {
    const changed = { recipients, receipt, checks, detail: null, generation: state.generation + 1 };
    return {
      state: move(state, { changed, standing: { status: "confirmed", finishedAt: now } }),
      entries: [entry, { at: now, event: "confirmed" }],
    };
  }
  const { finishedAt } = state;
  const reason = isPartial(recipients) ? "partial" : state.reason;
  const isOther = [...told.values()].some(isTaken);
  const detail = isOther && recipients.every(isFinal) ? describeLedger(recipients) : state.detail;
  return {
    state: move(state, {
      changed: { recipients, receipt, checks, detail },
      standing: { status: "dead", reason, finishedAt },
    }),
    entries: [entry],
  };
}

/** Keeps the channel's memo: two checks may prove what one does not. */
function noted(entry: LedgerEntry, check: RecipientCheck | undefined): LedgerEntry {
  return check !== undefined && "memo" in check && check.memo !== undefined
    ? { ...entry, memo: check.memo }
    : entry;
}

/** Some recipients are rejected, and all others confirmed. */
function isPartial(recipients: readonly LedgerEntry[]): boolean {
  const has = (status: LedgerEntry["status"]): boolean => recipients.some((entry) => entry.status === status);
  return (
    has("confirmed") && recipients.every(({ status }) => status === "confirmed" || status === "rejected")
  );
}

type Proven = Extract<RecipientCheck, { kind: "proven" }>;

function provenEntry(
  entry: LedgerEntry,
  { check, verifying: { actor, now, found } }: { readonly check: Proven; readonly verifying: Verifying },
): LedgerEntry {
  const notes = [check.evidence.note, found === null ? undefined : `its id was named by ${actor.by}`];
  const note = notes.filter((one) => one !== undefined).join("; ");
  return {
    ...entry,
    status: "confirmed",
    evidence: note === "" ? check.evidence : { ...check.evidence, note },
    at: now,
    askedAt: now,
    receipt: check.receipt === undefined ? entry.receipt : { ...entry.receipt, ...check.receipt },
    detail: null,
  };
}

export function seenBy(outcome: CheckOutcome, asked: readonly LedgerEntry[]): readonly RecipientSighting[] {
  const told = new Map(outcome.recipients.map((check) => [check.recipient, check]));
  return asked.map(({ id }) => {
    const check = told.get(id);
    if (check === undefined) return { recipient: id, seen: "unknown", detail: NOT_ASKED };
    return { recipient: id, seen: sightingOf(check), detail: wordsOf(check) };
  });
}

const NOT_ASKED = "the account's limits did not let the platform be asked now";

function sightingOf({ kind }: RecipientCheck): Sighting {
  switch (kind) {
    case "proven":
      return "there";
    case "absent":
    case "pending":
    case "contradicted":
      return kind;
    case "inconclusive":
    case "refused":
    case "repeatable":
    case "unobservable":
      return "unknown";
  }
}

function wordsOf(check: RecipientCheck): string | null {
  if (check.kind === "proven") return check.evidence.note ?? null;
  return "detail" in check ? check.detail : null;
}
