/**
 * Decides what a schedule that was seen, or proven not to be there, means for the operation that is verified.
 *
 * Pure. A list that could not be read does not get here: it is inconclusive, and proves no absence.
 */
import { isReplayed, type LedgerEntry } from "../../../delivery/ledger.ts";
import type { RecipientCheck } from "../../../delivery/outcome.ts";
import type { ScheduleInput } from "./input.ts";
import type { SeenRow } from "./lists.ts";
import { DELETED, partOf, type ScheduleRow } from "./schedule-row.ts";
import { compareFields, compareSibling, type FieldComparison } from "./compare-fields.ts";
import { readMemo, shownOf, writeMemo, type Memo, type Shown } from "./memo.ts";
import { isSameId } from "./same-id.ts";
import { isSameMoment } from "./same-moment.ts";
import { isSameText } from "./same-text.ts";
import { isStranger } from "./stranger.ts";

/** What one round knows about one schedule: seen, or proven not to be there. */
export interface ScheduleSighting {
  readonly id: string;
  readonly seen: SeenRow | null;
}

/** A verdict on one ledger entry, without the recipient. */
export type Judgement = RecipientCheck extends infer Check
  ? Check extends RecipientCheck
    ? Omit<Check, "recipient">
    : never
  : never;

/** Believed only after several answers, like any absence: a list may leave out a row once. */
const NO_SUCH = "there is no such schedule";
const IS_DELETED = "the schedule is deleted";

type RefusedEntry = Pick<LedgerEntry, "memo" | "sentAt" | "lagFrom">;

/** After create and repeat. */
export function judgeCreated(
  sightings: readonly ScheduleSighting[],
  { input, entry }: { readonly input: ScheduleInput; readonly entry: RefusedEntry },
): Judgement {
  const shown = sightings.filter(({ seen }) => seen !== null);
  const parent = sightings[0]?.seen;
  if (shown.length === 0) return { kind: "absent", ...endOfRefused(entry) };
  // Only some of a series are there: sending it again would duplicate those.
  if (shown.length < sightings.length || parent == null) {
    return { kind: "pending", detail: `${shown.length} of ${sightings.length} occurrences are listed` };
  }
  const sentFrom = readMemo(entry.memo).from;
  return isStranger(parent.row, { input, sentFrom })
    ? { kind: "inconclusive", detail: STRANGER }
    : proven(parent, noteOnCreated(parent.row, input));
}

const STRANGER = "the platform's answer named a schedule that is another one";

function endOfRefused(entry: RefusedEntry): { readonly ends?: string } {
  const { refusedBy } = readMemo(entry.memo);
  return refusedBy === null || isReplayed(entry)
    ? {}
    : { ends: `it was refused (${refusedBy}), and the platform shows no such schedule` };
}

/** Our id is the proof. If somebody has changed the schedule since, that is only noted, not undone. */
function noteOnCreated(
  row: ScheduleRow,
  { openid, content, startDate, endDate }: ScheduleInput,
): string | null {
  if (row.workStatus === DELETED) return "deleted since";
  const isAsSent =
    isSameId(row.openid, openid) &&
    isSameText(row.content ?? "", content ?? "") &&
    isSameMoment(row.startDate, startDate ?? 0) &&
    isSameMoment(row.endDate, endDate ?? 0);
  return isAsSent ? null : "listed with other values than were sent";
}

/**
 * After modify and batchModify; the first sighting is the schedule that is named.
 *
 * @param firstContent the content with which this account created it; null where that is not known
 */
export function judgeChanged(
  [named, ...others]: readonly ScheduleSighting[],
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

/** The former values where none were read before the send: the text, if it is still that of the create. */
function unchangedText(row: ScheduleRow, firstContent: string | null): Shown | null {
  const { content } = shownOf(row);
  const isUnchanged = firstContent !== null && row.content !== null && isSameText(row.content, firstContent);
  return isUnchanged && content !== undefined ? { content } : null;
}

function altered(fields: readonly string[]): Judgement {
  const detail = `shown like what was sent, but altered: ${[...new Set(fields)].join(", ")}`;
  return { kind: "inconclusive", detail };
}

/**
 * Where a part of the change has arrived, the rest is on its way, or a person has changed it back: it is not
 * repeated.
 */
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

/** Occurrences that are deleted, or that the change itself has replaced, are not affected by it. */
function isStanding(sighting: ScheduleSighting): sighting is ScheduleSighting & { seen: SeenRow } {
  return sighting.seen !== null && sighting.seen.row.workStatus !== DELETED;
}

/**
 * Nothing that is shown differs from what was asked, but it may have been so before. With the answer lost, a
 * change of hidden fields is not proven by the visible ones; a repeat of it is harmless.
 */
function judgeHidden(
  seen: SeenRow,
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

/** After finish and unfinish, which change the status of one participant. */
export function judgePart(
  { seen }: ScheduleSighting,
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
 * The status is not as asked. If it was as asked before, or shows another time of finishing than before, the
 * change had arrived and a person has undone it.
 */
function judgeUndone(shown: Shown, entry: LedgerEntry): Judgement {
  const memo = readMemo(entry.memo);
  if (memo.before === null) return { kind: "absent", memo: writeMemo({ ...memo, before: shown }) };
  // For a participant other than the creator only `detail` shows the status, without a time.
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
 * After delete and batchDelete: the schedule is shown as deleted, or no longer listed. Where the answer was
 * lost, one list without it is no proof: it must be missing for a whole visibility lag.
 */
export function judgeDeleted(
  sightings: readonly ScheduleSighting[],
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

function proven({ evidence }: SeenRow, note: string | null = null): Judgement {
  return { kind: "proven", evidence: note === null ? evidence : { ...evidence, note } };
}

/** For the few cases that nobody can observe: the platform answered success, and the schedule is there. */
function provenByReply(
  { evidence }: SeenRow,
  { note, entry: { sentAt } }: { readonly note: string; readonly entry: LedgerEntry },
): Judgement {
  return {
    kind: "proven",
    evidence: { kind: "reply", at: sentAt ?? evidence.at, digest: evidence.digest, note },
  };
}
