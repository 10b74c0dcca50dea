/**
 * Pauses between attempts. Jitter is an argument, from 0 to 1, so that every pause is tested by value.
 */
import type { Policy } from "./policy.ts";

/**
 * The pause at position `round` of the schedule, in ms, with jitter: 90 % to 110 %. Positions count from 0; a
 * fraction is rounded down, and the last pause repeats.
 */
export function checkPauseMs(
  policy: Policy,
  { round, jitter }: { readonly round: number; readonly jitter: number },
): number {
  const schedule = policy.checkScheduleMs;
  const base = schedule[Math.min(Math.floor(round), schedule.length - 1)] ?? policy.visibilityLagMs;
  return Math.round(base * (0.9 + 0.2 * jitter));
}

/** The pause after `times` failures in a row, in ms: `first`, doubled with each failure, at most `most`. */
export function growingPauseMs(times: number, { first, most }: Policy["backoffMs"]): number {
  return Math.min(most, first * 2 ** times);
}

/** The pause before the free retry number `waits` (from 0), in ms: doubled each time; half of it is jitter. */
export function retryPauseMs(
  policy: Policy,
  { waits, jitter }: { readonly waits: number; readonly jitter: number },
): number {
  const ceiling = growingPauseMs(Math.min(waits, 30), policy.backoffMs);
  return Math.round(ceiling * (0.5 + 0.5 * jitter));
}
