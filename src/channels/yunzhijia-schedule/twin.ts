/**
 * Recognises in the lists what a lost answer may have created: there is no idempotency key, so what has
 * the same creator, content, start and end and was created since is taken for it, and claimed.
 */
import type { CheckRequest } from "../channel.ts";
import { DAY_MS } from "./days.ts";
import type { ScheduleInput } from "./input.ts";
import { createdAt, DELETED, type ScheduleRow } from "./row.ts";

/**
 * How far the platform's clock may be behind ours. The platform refuses tokens that are asked for with a
 * clock more than three minutes off, so more than that cannot be.
 *
 * What it costs: an equal schedule that somebody made by other means in the three minutes before is taken
 * for ours, when ours was lost. With less, a clock that is behind would hide ours and it would be sent
 * twice; that is the worse of the two, because nobody would ever look into it.
 */
export const CLOCKS_APART_MS = 3 * 60_000;

/** The occurrences of a series are made by one call: no further apart than this. */
const SERIES_SPREAD_MS = 60_000;
const MOST_OCCURRENCES = 1_000;

export interface Twin {
  readonly creator: string;
  readonly content: string;
  readonly startDate: number;
  readonly endDate: number;
  readonly createdSince: number;
  /** When our answer was lost: the nearest to it is tried first. */
  readonly expectedAt: number;
  readonly series: Series | null;
}

export interface Series {
  /** Starts of the occurrences that leave no doubt, the first included. */
  readonly starts: readonly number[];
  /** No occurrence starts later. */
  readonly until: number;
}

/**
 * What a create or a repeat would have made. When exactly a send left is not known of one whose worker
 * died, so it is what was created since the delivery was acknowledged.
 */
export function twinOf(
  { input, createdAt: acknowledgedAt, now }: CheckRequest<ScheduleInput>,
  sentAt: number | null,
  isSeries: boolean,
): Twin {
  const { openid, content = "", startDate = 0, endDate = 0 } = input;
  return {
    creator: openid,
    content,
    startDate,
    endDate,
    createdSince: acknowledgedAt - CLOCKS_APART_MS,
    expectedAt: sentAt ?? now,
    series: isSeries ? { starts: undoubtedStarts(input), until: input.repeatEndDate ?? startDate } : null,
  };
}

/** Schedules that could be this one (of a series: its parent), the likeliest first. */
export function candidates(twin: Twin, rows: Iterable<ScheduleRow>): ScheduleRow[] {
  const distance = (row: ScheduleRow): number => Math.abs((createdAt(row) ?? 0) - twin.expectedAt);
  const isDeleted = (row: ScheduleRow): number => Number(row.workStatus === DELETED);
  return [...rows]
    .filter((row) => isTwin(row, twin))
    .toSorted((a, b) => isDeleted(a) - isDeleted(b) || distance(a) - distance(b));
}

/** Schedules that could be this one, were it not that nothing tells when they were created. */
export function undated(twin: Twin, rows: Iterable<ScheduleRow>): ScheduleRow[] {
  return [...rows].filter((row) => isAlike(row, twin) && createdAt(row) === null);
}

function isTwin(row: ScheduleRow, twin: Twin): boolean {
  return isAlike(row, twin) && (createdAt(row) ?? -Infinity) >= twin.createdSince;
}

function isAlike(row: ScheduleRow, twin: Twin): boolean {
  return (
    row.openid === twin.creator &&
    row.content?.trim() === twin.content.trim() &&
    row.startDate === twin.startDate &&
    row.endDate === twin.endDate
  );
}

/** The later occurrences of a series whose parent was recognised, by their starts. */
export function siblings(
  twin: Twin,
  parent: ScheduleRow,
  rows: Iterable<ScheduleRow>,
): ReadonlyMap<number, readonly ScheduleRow[]> {
  const { series } = twin;
  if (series === null) return new Map();
  const madeAt = createdAt(parent) ?? twin.expectedAt;
  const distance = (row: ScheduleRow): number => Math.abs((createdAt(row) ?? Infinity) - madeAt);
  const found = [...rows].filter(
    (row) =>
      isTwin(row, { ...twin, startDate: row.startDate ?? NaN, endDate: endOf(row, twin) }) &&
      (row.startDate ?? 0) > twin.startDate &&
      (row.startDate ?? 0) <= series.until &&
      distance(row) <= SERIES_SPREAD_MS,
  );
  return Map.groupBy(
    found.toSorted((a, b) => distance(a) - distance(b)),
    ({ startDate }) => startDate ?? 0,
  );
}

function endOf(row: ScheduleRow, { startDate, endDate }: Twin): number {
  return (row.startDate ?? NaN) + endDate - startDate;
}

const STEP_DAYS: Readonly<Record<string, number>> = { "2": 1, "3": 7, "4": 14 };

/**
 * Daily, weekly and two-weekly occurrences that end before the series does are beyond doubt. Workdays
 * (holidays) and months (the 31st) are the platform's to decide: of those, the first alone.
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
