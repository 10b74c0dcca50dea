/**
 * Whether a time that the platform shows is the one that was sent: to the millisecond, or cut or rounded
 * to the second, as some databases keep it.
 */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export function isSameMoment(shown: number | null, sent: number): boolean {
  return shown !== null && isRounded({ shown, sent }, SECOND);
}

/** Less than a minute apart, as where an end is shown as the last moment before it. Too imprecise to be proof. */
export function isNearMoment(shown: number | null, sent: number): boolean {
  return shown !== null && Math.abs(shown - sent) < MINUTE;
}

/** By how much the hours of Asia/Shanghai differ from those of UTC. */
const ZONE_MS = 8 * 60 * MINUTE;

/** The difference if a time was read in the wrong one of these two zones; null for any other difference. */
export function zoneShift(shown: number | null, sent: number): number | null {
  return [-ZONE_MS, ZONE_MS].find((shift) => isNearMoment(shown, sent + shift)) ?? null;
}

function isRounded(
  { shown, sent }: { readonly shown: number; readonly sent: number },
  unit: number,
): boolean {
  return shown === sent || (shown % unit === 0 && Math.abs(shown - sent) < unit);
}
