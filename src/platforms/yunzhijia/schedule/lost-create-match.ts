/**
 * Recognises in the lists what a create with a lost answer may have made. There is no idempotency key, so a
 * schedule with the same creator, content, start and end that was created since is taken for it, and claimed.
 */
import { lagOf, type CheckRequest } from "../../channel.ts";
import { DAY_MS } from "./days.ts";
import type { ScheduleInput } from "./input.ts";
import { readMemo } from "./memo.ts";
import { isNearText } from "./near-text.ts";
import { isSameId } from "./same-id.ts";
import { isNearMoment, isSameMoment, zoneShift } from "./same-moment.ts";
import { canonicalText } from "./same-text.ts";
import { createdAt, DELETED, textOf, type ScheduleRow } from "./schedule-row.ts";

/**
 * How far the platform's clock may be behind ours. It cannot be more: the platform refuses token requests whose
 * timestamp is off by more than three minutes.
 *
 * The price: if ours was lost, an equal schedule that somebody else created in the three minutes before is
 * taken for ours. With a shorter time, a slow clock would hide ours, and it would be sent twice. That is worse,
 * because nobody would notice.
 */
export const CLOCKS_APART_MS = 3 * 60_000;

/**
 * A database that stores times in another zone is off by hours: a row that is otherwise equal is then neither
 * proof nor absence.
 */
export const ZONES_APART_MS = 14 * 3_600_000;

/** The occurrences of a series are created by one call, within this time. */
const SERIES_SPREAD_MS = 60_000;
const MOST_OCCURRENCES = 1_000;
/** Dates may come back rounded to the second. */
const SECOND_MS = 1_000;

export interface LostCreate {
  readonly creator: string;
  readonly content: string;
  /** Its content in canonical form (`same-text.ts`). */
  readonly text: string;
  readonly startDate: number;
  readonly endDate: number;
  readonly createdSince: number;
  /** When the first send began; null where that is unknown. */
  readonly sentFrom: number | null;
  /** A schedule created outside this time is no near match. */
  readonly near: { readonly since: number; readonly until: number };
  /** When the answer was lost: the schedule created nearest to this time is tried first. */
  readonly expectedAt: number;
  readonly series: Series | null;
}

interface Series {
  /** The starts of the occurrences that are certain, the first included. */
  readonly starts: readonly number[];
  /** No occurrence starts later. */
  readonly until: number;
}

/**
 * What a create or a repeat would have made. Where the time of the send is unknown because its worker died,
 * anything created since the delivery was acknowledged may be it.
 */
export function lostCreateOf(
  request: CheckRequest<ScheduleInput>,
  { sentAt, isSeries }: { readonly sentAt: number | null; readonly isSeries: boolean },
): LostCreate {
  const { input, createdAt: acknowledgedAt, outstanding, now } = request;
  const sentFrom = readMemo(outstanding[0]?.memo).from;
  const { openid, content = "", startDate = 0, endDate = 0 } = input;
  return {
    creator: openid,
    content,
    text: canonicalText(content),
    startDate,
    endDate,
    createdSince: acknowledgedAt - CLOCKS_APART_MS,
    sentFrom,
    near: {
      since: (sentFrom ?? acknowledgedAt) - CLOCKS_APART_MS,
      // The platform's clock may be ahead as well as behind.
      until: (sentAt ?? now) + lagOf(request) + CLOCKS_APART_MS,
    },
    expectedAt: sentAt ?? now,
    series: isSeries ? { starts: undoubtedStarts(input), until: input.repeatEndDate ?? startDate } : null,
  };
}

/** Schedules that may be this one (or the parent of this series), the likeliest first. */
export function candidates(lost: LostCreate, rows: Iterable<ScheduleRow>): ScheduleRow[] {
  const distance = (row: ScheduleRow): number => Math.abs((createdAt(row) ?? 0) - lost.expectedAt);
  const isDeleted = (row: ScheduleRow): number => Number(row.workStatus === DELETED);
  const isOtherId = (row: ScheduleRow): number => Number(row.openid !== lost.creator);
  const isAltered = (row: ScheduleRow): number => Number(row.content?.trim() !== lost.content.trim());
  return [...rows]
    .filter((row) => isMatch(row, lost))
    .toSorted(
      (a, b) =>
        isOtherId(a) - isOtherId(b) ||
        isAltered(a) - isAltered(b) ||
        isDeleted(a) - isDeleted(b) ||
        distance(a) - distance(b),
    );
}

/** Schedules that look like this one but do not show when they were created. */
export function undated(lost: LostCreate, rows: Iterable<ScheduleRow>): ScheduleRow[] {
  return [...rows].filter((row) => isAlike(row, lost) && createdAt(row) === null);
}

function isMatch(row: ScheduleRow, lost: LostCreate): boolean {
  return isAlike(row, lost) && (createdAt(row) ?? -Infinity) >= lost.createdSince;
}

function isAlike(row: ScheduleRow, lost: LostCreate): boolean {
  return (
    isSameId(row.openid, lost.creator) &&
    textOf(row) === lost.text &&
    isSameMoment(row.startDate, lost.startDate) &&
    isSameMoment(row.endDate, lost.endDate)
  );
}

/**
 * Whether this may be the schedule with an altered text or dates: same creator and dates, created between the
 * first send and the end of the last send's lag, with at least half of the text. Where the text is the same,
 * fields that the row does not show do not count as different, nor does a time of creation that is off by a
 * time zone.
 */
export function isNear(row: ScheduleRow, lost: LostCreate): boolean {
  const isSame = textOf(row) === lost.text;
  const isOwn = isSameId(row.openid, lost.creator) || (row.openid === null && isSame);
  const { since, until } = lost.near;
  const apart = isSame ? ZONES_APART_MS : 0;
  if (!isOwn || !wasCreatedWithin(row, { since: since - apart, until: until + apart })) return false;
  const isAt = (shown: number | null, sent: number): boolean =>
    isNearMoment(shown, sent) || (shown === null && isSame);
  const areAt = isAt(row.startDate, lost.startDate) && isAt(row.endDate, lost.endDate);
  if (!areAt && !(isSame && areShifted(row, lost))) return false;
  return isSame || row.content === null || isNearText(row.content, lost.content);
}

/** Both dates are those that were sent, read in another time zone. */
function areShifted(row: ScheduleRow, { startDate, endDate }: LostCreate): boolean {
  const shift = zoneShift(row.startDate, startDate);
  return shift !== null && zoneShift(row.endDate, endDate) === shift;
}

function wasCreatedWithin(row: ScheduleRow, { since, until }: LostCreate["near"]): boolean {
  const at = createdAt(row);
  return at === null || (at >= since && at <= until);
}

/** The later occurrences of a series whose parent was recognised, by their starts. */
export function siblings(
  lost: LostCreate,
  { parent, rows }: { readonly parent: ScheduleRow; readonly rows: Iterable<ScheduleRow> },
): ReadonlyMap<number, readonly ScheduleRow[]> {
  const { series } = lost;
  if (series === null) return new Map();
  const madeAt = createdAt(parent) ?? lost.expectedAt;
  const distance = (row: ScheduleRow): number => Math.abs((createdAt(row) ?? Infinity) - madeAt);
  const found = [...rows].filter(
    (row) =>
      isMatch(row, { ...lost, startDate: row.startDate ?? NaN, endDate: endOf(row, lost) }) &&
      (row.startDate ?? 0) > lost.startDate + SECOND_MS &&
      (row.startDate ?? 0) <= series.until + SECOND_MS &&
      distance(row) <= SERIES_SPREAD_MS,
  );
  return Map.groupBy(
    found.toSorted((a, b) => distance(a) - distance(b)),
    ({ startDate }) => startDate ?? 0,
  );
}

function endOf(row: ScheduleRow, { startDate, endDate }: LostCreate): number {
  return (row.startDate ?? NaN) + endDate - startDate;
}

const STEP_DAYS: Readonly<Record<string, number>> = { "2": 1, "3": 7, "4": 14 };

/**
 * The starts that are certain: daily, weekly and two-weekly occurrences that end before the series does. For
 * workdays (holidays) and months (the 31st) the platform decides, so only the first is certain.
 */
export function undoubtedStarts({ startDate, endDate, repeat, repeatEndDate }: ScheduleInput): number[] {
  if (startDate === undefined || endDate === undefined) return [];
  const stepDays = STEP_DAYS[String(repeat)];
  if (stepDays === undefined || repeatEndDate === undefined) return [startDate];
  const room = repeatEndDate - endDate;
  const more = Math.max(0, Math.floor(room / (stepDays * DAY_MS)));
  const count = Math.min(1 + more, MOST_OCCURRENCES);
  return Array.from({ length: count }, (_, index) => startDate + index * stepDays * DAY_MS);
}
