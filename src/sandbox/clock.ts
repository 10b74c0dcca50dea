/**
 * The sandbox' time. Every platform duration (token lifetime, check window,
 * late visibility, hang, …) is multiplied by `timeScale`, so that a test can
 * live through an hour in a second.
 */
export type Clock = {
  now(): number;
  /** A platform duration in ms, as long as it takes here. */
  scaled(platformMs: number): number;
};

export function createClock(now: () => number, timeScale: number): Clock {
  return { now, scaled: (platformMs) => platformMs * timeScale };
}
