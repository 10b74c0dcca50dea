/**
 * Pauses. Jitter comes in as a number from 0 to 1, so every pause is tested by value.
 */
import type { Policy } from "./policy.ts";

/** The pause at position `round` of the schedule (0 first; a fraction has not reached the next), between 90 % and 110 % of the schedule. */
export function checkPauseMs(
  policy: Policy,
  { round, jitter }: { readonly round: number; readonly jitter: number },
): number {
  const schedule = policy.checkScheduleMs;
  const base = schedule[Math.min(Math.floor(round), schedule.length - 1)] ?? policy.visibilityLagMs;
  return Math.round(base * (0.9 + 0.2 * jitter));
}

/** Longer each time, for what fails again and again: `first`, twice as long, and so on, never longer than `most`. */
export function growingPauseMs(times: number, { first, most }: Policy["backoffMs"]): number {
  return Math.min(most, first * 2 ** times);
}

/** The pause before free retry number `waits` (0 first): doubling, half of it jitter. */
export function retryPauseMs(
  policy: Policy,
  { waits, jitter }: { readonly waits: number; readonly jitter: number },
): number {
  const ceiling = growingPauseMs(Math.min(waits, 30), policy.backoffMs);
  return Math.round(ceiling * (0.5 + 0.5 * jitter));
}
