/**
 * When the daily digest is due, in the time zone of its readers.
 */
export interface DigestTime {
  /** 09:00 */
  readonly at: string;
  /** Asia/Shanghai */
  readonly zone: string;
}

/** The day whose digest is due now; null if it is not yet time, or it was sent. */
export function digestDue(
  { at, zone }: DigestTime,
  { lastDay, now }: { readonly lastDay: string | null; readonly now: number },
): string | null {
  const [day = "", time = ""] = localOf(now, zone).split(" ");
  return time >= at && day !== lastDay ? day : null;
}

/** 2026-11-26 09:00 */
function localOf(now: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  return format.format(now);
}
