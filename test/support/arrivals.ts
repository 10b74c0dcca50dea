/**
 * How close together calls arrived at the platform.
 */
interface Arrival {
  /** Milliseconds. */
  readonly at: number;
}

/** The most calls that arrived within any window of `windowMs`. */
export function mostAtOnce(calls: readonly Arrival[], windowMs: number): number {
  const times = calls.map(({ at }) => at).toSorted((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [last, time] of times.entries()) {
    while (time - (times[first] ?? time) >= windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
