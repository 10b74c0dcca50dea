/**
 * Whether a time that the platform shows is the one that was sent: to the millisecond, or cut or rounded
 * to the second, as some databases keep it.
 */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export function isSameMoment(shown: number | null, sent: number): boolean {
  return shown !== null && isRounded({ shown, sent }, SECOND);
}

/** Also cut or rounded to the minute: too much was lost to be proof. */
export function isNearMoment(shown: number | null, sent: number): boolean {
  return shown !== null && (isSameMoment(shown, sent) || isRounded({ shown, sent }, MINUTE));
}

function isRounded(
  { shown, sent }: { readonly shown: number; readonly sent: number },
  unit: number,
): boolean {
  return shown === sent || (shown % unit === 0 && Math.abs(shown - sent) < unit);
}
