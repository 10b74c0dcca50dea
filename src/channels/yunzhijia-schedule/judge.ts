/**
 * What a schedule that was seen, or proven not to be there, means for the operation that is verified.
 *
 * Pure. What could not be read never comes here: it is inconclusive, and nobody's absence.
 */
import type { LedgerEntry } from "../../delivery/ledger.ts";
import type { RecipientCheck } from "../../delivery/outcome.ts";
import type { ScheduleInput } from "./input.ts";
import type { Seen } from "./lists.ts";
import { DELETED, type ScheduleRow } from "./row.ts";
import { compareChange, compareSibling, type ShownChange } from "./shown-change.ts";

/** What one round knows of one schedule: seen, or proven not to be there. */
export interface Sighting {
  readonly id: string;
  readonly seen: Seen | null;
}

/** A verdict on one ledger line, without the line's name. */
export type Judgement = RecipientCheck extends infer Check
  ? Check extends RecipientCheck
    ? Omit<Check, "recipient">
    : never
  : never;

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
    row.content?.trim() === content?.trim() &&
    row.startDate === startDate &&
    row.endDate === endDate;
  return isAsSent ? null : "listed with other values than were sent";
}

/** After modify and batchModify; the first sighting is the schedule that is named. */
export function judgeChanged(
  [named, ...others]: readonly Sighting[],
  input: ScheduleInput,
  entry: LedgerEntry,
): Judgement {
  const seen = named?.seen;
  if (seen == null) return { kind: "contradicted", detail: NO_SUCH };
  if (seen.row.workStatus === DELETED) return { kind: "contradicted", detail: IS_DELETED };
  const siblings = others.flatMap((other) => (isStanding(other) ? [other.seen.row] : []));
  const shown = [compareChange(input, seen.row), ...siblings.map((row) => compareSibling(input, row))];
  if (shown.some(({ differing }) => differing.length > 0)) return { kind: "absent" };
  return judgeHidden(seen, shown[0], entry);
}

/** Occurrences that are deleted or were replaced by the change itself are not reached by it. */
function isStanding(sighting: Sighting): sighting is Sighting & { seen: Seen } {
  return sighting.seen !== null && sighting.seen.row.workStatus !== DELETED;
}

/**
 * Nothing that is shown differs. But what is shown may have been so before: with the answer lost, a change
 * of what nobody is shown is not proven by the rest, and a repeat of it is harmless.
 */
function judgeHidden(seen: Seen, shown: ShownChange | undefined, entry: LedgerEntry): Judgement {
  const { hidden = [], matching = [] } = shown ?? {};
  if (hidden.length === 0) return proven(seen);
  if (entry.status === "unknown") return { kind: "absent" };
  const note = `answered with success; not shown: ${hidden.join(", ")}`;
  return matching.length > 0 ? proven(seen, note) : provenByReply(seen, note, entry);
}

/** After finish and unfinish, which change the part of one person. */
export function judgePart(
  { seen }: Sighting,
  wanted: 0 | 1,
  { openid }: ScheduleInput,
  entry: LedgerEntry,
): Judgement {
  if (seen === null) return { kind: "contradicted", detail: NO_SUCH };
  if (seen.row.workStatus === DELETED) return { kind: "contradicted", detail: IS_DELETED };
  const part = partOf(seen.row, openid);
  if (part !== null) return part === wanted ? proven(seen) : { kind: "absent" };
  const note = "the lists show the creator's part alone";
  if (entry.status === "accepted") return provenByReply(seen, `answered with success; ${note}`, entry);
  return { kind: "unobservable", detail: `the platform's answer was lost, and ${note}` };
}

function partOf({ openid, workStatus, participants }: ScheduleRow, person: string): number | null {
  if (openid === person) return workStatus;
  return participants?.find((participant) => participant.openid === person)?.workStatus ?? null;
}

/** After delete and batchDelete: deleted, or no longer listed at all. */
export function judgeDeleted(sightings: readonly Sighting[], now: number): Judgement {
  if (sightings.some(({ seen }) => seen !== null && seen.row.workStatus !== DELETED))
    return { kind: "absent" };
  const deleted = sightings.find(({ seen }) => seen !== null)?.seen;
  if (deleted != null) return proven(deleted);
  return { kind: "proven", evidence: { kind: "list", at: now, digest: "", note: "no longer listed" } };
}

function proven({ evidence }: Seen, note: string | null = null): Judgement {
  return { kind: "proven", evidence: note === null ? evidence : { ...evidence, note } };
}

/** The few cases that the platform lets nobody observe: it answered success, and the schedule is there. */
function provenByReply({ evidence }: Seen, note: string, { sentAt }: LedgerEntry): Judgement {
  return {
    kind: "proven",
    evidence: { kind: "reply", at: sentAt ?? evidence.at, digest: evidence.digest, note },
  };
}
