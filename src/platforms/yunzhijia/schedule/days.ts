/**
 * Days in Asia/Shanghai (UTC+8, no summer time since 1991), which the lists are asked by. A day is counted
 * from 1970-01-01 there.
 */
const OFFSET_MS = 8 * 3_600_000;
export const DAY_MS = 86_400_000;

export function shanghaiDay(at: number): number {
  return Math.floor((at + OFFSET_MS) / DAY_MS);
}

/** Noon of a day: what `queryByDay` is asked with, any moment of the day will do. */
export function noonOf(day: number): number {
  return day * DAY_MS - OFFSET_MS + DAY_MS / 2;
}

/** All days that a span of time touches, the latest first. */
export function daysOf(from: number, to: number): number[] {
  const [first, last] = [shanghaiDay(from), shanghaiDay(to)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => last - index);
}

/**
 * When a schedule was created, by its id; null if the id does not say.
 *
 * The document's ids are ObjectIds, whose first four bytes are the second of their making: of its own
 * example, `5b86ed2f…`, the createDate is 1535569199741. Good for a hint where to look, never for proof.
 */
export function momentOfId(id: string): number | null {
  return /^[0-9a-f]{24}$/i.test(id) ? Number.parseInt(id.slice(0, 8), 16) * 1_000 : null;
}
