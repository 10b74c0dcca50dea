/**
 * Moments as people read them: in this machine's time zone, which is named.
 */

/** `2026-03-01 08:30:00+08:00` @param at milliseconds since 1970 */
export function localMoment(at: number): string {
  const minutes = -new Date(at).getTimezoneOffset();
  const shifted = new Date(at + minutes * 60_000);
  return `${shifted.toISOString().slice(0, 19).replace("T", " ")}${offsetOf(minutes)}`;
}

/** `+08:00` */
function offsetOf(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}
