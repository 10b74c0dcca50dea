/**
 * Days and dates in Asia/Shanghai, which has been UTC+8 without summer time
 * since 1991. Days are counted from 1970-01-01 there; they are not scaled.
 */
const offsetMs = 8 * 3_600_000;
export const dayMs = 86_400_000;

export function shanghaiDay(at: number): number {
  return Math.floor((at + offsetMs) / dayMs);
}

export function isWorkday(at: number): boolean {
  const weekday = new Date(at + offsetMs).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}

/** The same time on the same day of the month, `months` later; null where that month is too short. */
export function monthsLater(at: number, months: number): number | null {
  const local = new Date(at + offsetMs);
  const dayOfMonth = local.getUTCDate();
  local.setUTCMonth(local.getUTCMonth() + months);
  return local.getUTCDate() === dayOfMonth ? local.getTime() - offsetMs : null;
}

/** `yyyy-MM-dd HH:mm:ss` */
export function shanghaiTime(at: number): string {
  return new Date(at + offsetMs).toISOString().slice(0, 19).replace("T", " ");
}
