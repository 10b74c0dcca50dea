/**
 * Days in Asia/Shanghai (UTC+8, no summer time since 1991), by which the lists are read. A day is the number of
 * days since 1970-01-01 there.
 */
const OFFSET_MS = 8 * 3_600_000;
export const DAY_MS = 86_400_000;

export function shanghaiDay(at: number): number {
  return Math.floor((at + OFFSET_MS) / DAY_MS);
}

/** Noon of a day, in ms: the argument for `queryByDay`, which takes any moment of the day. */
export function noonOf(day: number): number {
  return day * DAY_MS - OFFSET_MS + DAY_MS / 2;
}

const TIME =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?\s*(?:(Z)|([+-]\d{2}):?(\d{2}))?$/i;

/** Parses a written-out time, in Asia/Shanghai if it names no zone; null for any other text. */
export function writtenTime(text: string): number | null {
  const found = TIME.exec(text.trim());
  if (found === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const at = Date.UTC(year, month - 1, day, hour, minute, second, Number((found[7] ?? "").padEnd(3, "0")));
  const isOnItsDay = new Date(at).getUTCMonth() === month - 1 && new Date(at).getUTCDate() === day;
  if (!isOnItsDay) return null;
  if (found[8] !== undefined) return at;
  const hours = found[9];
  if (hours === undefined) return at - OFFSET_MS;
  const minutes = Math.abs(Number(hours)) * 60 + Number(found[10]);
  return at - (hours.startsWith("-") ? -minutes : minutes) * 60_000;
}

/** All days that a span of time touches, the latest first. */
export function daysOf(from: number, to: number): number[] {
  const [first, last] = [shanghaiDay(from), shanghaiDay(to)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => last - index);
}

/**
 * When a schedule was created, by its id; null if the id does not say.
 *
 * The ids in the document are ObjectIds, whose first four bytes are the second of their creation: its example
 * `5b86ed2f…` has the createDate 1535569199741. A hint where to look, never proof.
 */
export function momentOfId(id: string): number | null {
  return /^[0-9a-f]{24}$/i.test(id) ? Number.parseInt(id.slice(0, 8), 16) * 1_000 : null;
}
