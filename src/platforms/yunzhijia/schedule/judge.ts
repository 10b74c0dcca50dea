/**
 * What a schedule that was seen, or proven not to be there, means for the operation that is verified.
 *
 * Pure. A list that could not be read is never judged here: it is inconclusive, and proves no absence.
 */
import type { LedgerEntry } from "../../../delivery/ledger.ts";
import type { RecipientCheck } from "../../../delivery/outcome.ts";
import type { ScheduleInput } from "./input.ts";
import type { Seen } from "./lists.ts";
import { DELETED, partOf, type ScheduleRow } from "./schedule-row.ts";
import { compareFields, compareSibling, type FieldComparison } from "./compare-fields.ts";
import { readMemo, shownOf, writeMemo, type Memo, type Shown } from "./memo.ts";
import { isSameMoment } from "./same-moment.ts";
import { isSameText } from "./same-text.ts";

/** What one round knows of one schedule: seen, or proven not to be there. */
export interface Sighting {
  readonly id: string;
  readonly seen: Seen | null;
}

/** A verdict on one ledger entry, without the recipient. */
export type Judgement = RecipientCheck extends infer Check
  ? Check extends RecipientCheck
    ? Omit<Check, "recipient">
    : never
  : never;

/** Believed like any absence, after several answers: a list may leave a row out once. */
const NO_SUCH = "there is no such schedule";
const IS_DELETED = "the schedule is deleted";

/** After create and repeat. */
export function judgeCreated(sightings: readonly Sighting[], input: ScheduleInput): Judgement {
  const shown = sightings.filter(({ seen }) => seen !== null);
  const parent = sightings[0]?.seen;
  if (shown.length === 0) return { kind: "absent" };
  // Some of a series are there: sending it again would show all of those twice.
  if (shown.length < sightings.length || parent == null) {
    return { kind: "pending", detail: `${shown.length} of ${sightings.length} occurrences are listed` };
  }
  return proven(parent, noteOnCreated(parent.row, input));
}

/** Our id is the proof; that somebody has changed the schedule since is not ours to undo. */
function noteOnCreated(
  row: ScheduleRow,
  { openid, content, startDate, endDate }: ScheduleInput,
): string | null {
  if (row.workStatus === DELETED) return "deleted since";
  const isAsSent =
    row.openid === openid &&
    isSameText(row.content ?? "", content ?? "") &&
    isSameMoment(row.startDate, startDate ?? 0) &&
    isSameMoment(row.endDate, endDate ?? 0);
  return isAsSent ? null : "listed with other values than were sent";
}

/**
 * After modify and batchModify; the first sighting is the schedule that is named.
 *
 * @param firstContent what it said when this account created it; null where that is not known
 */
export function judgeChanged(
  [named, ...others]: readonly Sighting[],
  {
    input,
    entry,
    firstContent = null,
  }: {
    readonly input: ScheduleInput;
    readonly entry: LedgerEntry;
    readonly firstContent?: string | null | undefined;
  },
): Judgement {
  const seen = named?.seen;
  if (seen == null) return { kind: "absent", ends: NO_SUCH };
  if (seen.row.workStatus === DELETED) return { kind: "contradicted", detail: IS_DELETED };
  const memo = readMemo(entry.memo);
  const before = memo.before ?? unchangedText(seen.row, firstContent);
  const fields = compareFields(input, { row: seen.row, before });
  const changedSince = [...fields.other, ...memo.met.filter((field) => !fields.matching.includes(field))];
  if (changedSince.length > 0) {
    return { kind: "contradicted", detail: `somebody has changed it since: ${changedSince.join(", ")}` };
  }
  if (fields.near.length > 0) return altered(fields.near);
  if (fields.before.length > 0) return judgeUnchanged(fields, { row: seen.row, memo });
  const inSeries = others
    .filter(isStanding)
    .map((other) => compareSibling(input, { row: other.seen.row, before }));
  const near = inSeries.flatMap((compared) => compared.near);
  if (near.length > 0) return altered(near);
  const differs = inSeries.some(({ before, other }) => before.length + other.length > 0);
  return differs
    ? judgeUnchanged(fields, { row: seen.row, memo })
    : judgeHidden(seen, { comparison: fields, entry, memo });
}

/** Where nobody looked before the send: its text, if that is still the one that it was created with. */
function unchangedText(row: ScheduleRow, firstContent: string | null): Shown | null {
  const { content } = shownOf(row);
  const isUnchanged = firstContent !== null && row.content !== null && isSameText(row.content, firstContent);
  return isUnchanged && content !== undefined ? { content } : null;
}

function altered(fields: readonly string[]): Judgement {
  const detail = `shown like what was sent, but altered: ${[...new Set(fields)].join(", ")}`;
  return { kind: "inconclusive", detail };
}

/** Where a part of it has arrived, the rest is on its way or was changed by a person: no repeat. */
function judgeUnchanged(
  fields: FieldComparison,
  { row, memo }: { readonly row: ScheduleRow; readonly memo: Memo },
): Judgement {
  const { before } = memo;
  const shown = shownOf(row);
  const arrived = fields.matching.filter(
    (field) => before?.[field] !== undefined && before[field] !== shown[field],
  );
  if (arrived.length > 0) return { kind: "pending", detail: "only a part of what was sent is shown" };
  return { kind: "absent", memo: writeMemo({ ...memo, before: before ?? shown }) };
}

/** Occurrences that are deleted or were replaced by the change itself are not reached by it. */
function isStanding(sighting: Sighting): sighting is Sighting & { seen: Seen } {
  return sighting.seen !== null && sighting.seen.row.workStatus !== DELETED;
}

/**
 * Nothing that is shown differs. But what is shown may have been so before: with the answer lost, a change
 * of what nobody is shown is not proven by the rest, and a repeat of it is harmless.
 */
function judgeHidden(
  seen: Seen,
  {
    comparison: { hidden, matching },
    entry,
    memo,
  }: { readonly comparison: FieldComparison; readonly entry: LedgerEntry; readonly memo: Memo },
): Judgement {
  if (hidden.length === 0) return proven(seen);
  if (entry.status === "unknown") return { kind: "absent", memo: writeMemo({ ...memo, met: [...matching] }) };
  const note = `answered with success; not shown: ${hidden.join(", ")}`;
  return matching.length > 0 ? proven(seen, note) : provenByReply(seen, { note, entry });
}

/** After finish and unfinish, which change the part of one person. */
export function judgePart(
  { seen }: Sighting,
  {
    wanted,
    input: { openid },
    entry,
  }: { readonly wanted: 0 | 1; readonly input: ScheduleInput; readonly entry: LedgerEntry },
): Judgement {
  if (seen === null) return { kind: "absent", ends: NO_SUCH };
  if (seen.row.workStatus === DELETED) return { kind: "contradicted", detail: IS_DELETED };
  const part = partOf(seen.row, openid);
  if (part === wanted) return proven(seen);
  if (part !== null) return judgeUndone(shownOf(seen.row, openid), entry);
  const note = "the lists show the creator's part alone";
  if (entry.status === "accepted")
    return provenByReply(seen, { note: `answered with success; ${note}`, entry });
  return { kind: "unobservable", detail: `the platform's answer was lost, and ${note}` };
}

/**
 * Not as wanted. Where it was as wanted before, or was finished at another time than before, it has been
 * there and a person has taken it back.
 */
function judgeUndone(shown: Shown, entry: LedgerEntry): Judgement {
  const memo = readMemo(entry.memo);
  if (memo.before === null) return { kind: "absent", memo: writeMemo({ ...memo, before: shown }) };
  // Of another participant, only `detail` shows the part, and no time.
  const fields = shown["part"] === undefined ? ["workStatus"] : ["part"];
  const isOther = fields.some(
    (field) => memo.before?.[field] !== undefined && memo.before[field] !== shown[field],
  );
  const { doneTime } = memo.before;
  const wasDone =
    shown["part"] === undefined && shown["doneTime"] !== undefined && shown["doneTime"] !== doneTime;
  if (isOther || wasDone) return { kind: "contradicted", detail: "somebody has undone it since" };
  return { kind: "absent" };
}

/**
 * After delete and batchDelete: deleted, or no longer listed at all. Where the answer was lost, a list that once
 * leaves it out is no proof: it has to be gone for as long as a platform may take to show what it has.
 */
export function judgeDeleted(
  sightings: readonly Sighting[],
  { now, entry, lagMs }: { readonly now: number; readonly entry: LedgerEntry; readonly lagMs: number },
): Judgement {
  const memo = readMemo(entry.memo);
  if (sightings.some(({ seen }) => seen !== null && seen.row.workStatus !== DELETED))
    return { kind: "absent", memo: writeMemo({ ...memo, goneSince: null }) };
  const deleted = sightings.find(({ seen }) => seen !== null)?.seen;
  if (deleted != null) return proven(deleted);
  const goneSince = memo.goneSince ?? now;
  if (entry.status === "unknown" && now - goneSince < lagMs) {
    const detail = "no longer listed, and its answer was lost: it is looked for once more";
    return { kind: "pending", detail, memo: writeMemo({ ...memo, goneSince }) };
  }
  return { kind: "proven", evidence: { kind: "list", at: now, digest: "", note: "no longer listed" } };
}

function proven({ evidence }: Seen, note: string | null = null): Judgement {
  return { kind: "proven", evidence: note === null ? evidence : { ...evidence, note } };
}

/** The few cases that the platform lets nobody observe: it answered success, and the schedule is there. */
function provenByReply(
  { evidence }: Seen,
  { note, entry: { sentAt } }: { readonly note: string; readonly entry: LedgerEntry },
): Judgement {
  return {
    kind: "proven",
    evidence: { kind: "reply", at: sentAt ?? evidence.at, digest: evidence.digest, note },
  };
}
