/**
 * Computes from the counters how well an objective was kept, and what is left of its error budget. Pure.
 */

export interface AccountObjective {
  readonly confirmWithinMs: number;
  /** In percent, for example 99.9. */
  readonly objectivePercent: number;
}

export interface KeptObjective {
  /** How many deliveries were confirmed or died. */
  readonly deliveries: number;
  /** How many were confirmed in time. */
  readonly good: number;
  /** Null where nothing has ended. */
  readonly goodPercent: number | null;
  /** Negative when more deliveries were late or died than the objective allows. */
  readonly budgetLeftPercent: number | null;
}

interface Counted {
  readonly timeToConfirm: readonly number[];
  readonly dead: Readonly<Record<string, number>>;
}

/** The time limit where an account has no objective. */
export const USUAL_WITHIN_MS = 5 * 60_000;

/**
 * How many were confirmed in time. Times are counted in steps; a step that reaches beyond the objective does
 * not count as in time.
 */
export function confirmedWithin(
  withinMs: number,
  {
    timeToConfirm,
    stepsMs,
  }: { readonly timeToConfirm: readonly number[]; readonly stepsMs: readonly number[] },
): number {
  return sum(timeToConfirm.filter((_, step) => (stepsMs[step] ?? Infinity) <= withinMs));
}

/** Confirmed replays are left out. */
export function keptObjective(
  { confirmWithinMs, objectivePercent }: AccountObjective,
  {
    counts: { timeToConfirm, dead },
    stepsMs,
  }: { readonly counts: Counted; readonly stepsMs: readonly number[] },
): KeptObjective {
  const good = confirmedWithin(confirmWithinMs, { timeToConfirm, stepsMs });
  const deliveries = sum(timeToConfirm) + sum(Object.values(dead));
  if (deliveries === 0) return { deliveries, good, goodPercent: null, budgetLeftPercent: null };
  const ratio = good / deliveries;
  const budgetLeft = 100 - ((1 - ratio) / (1 - objectivePercent / 100)) * 100;
  return { deliveries, good, goodPercent: rounded(ratio * 100), budgetLeftPercent: rounded(budgetLeft) };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function rounded(percent: number): number {
  return Math.round(percent * 100) / 100;
}
