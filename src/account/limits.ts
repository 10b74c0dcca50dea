/**
 * The limits of an account: its platform's, unless the configuration sets lower ones. All times in
 * milliseconds.
 */

/** Calls a second, by bucket; a bucket without an entry has no limit. */
type Rates = Readonly<Record<string, number>>;

export interface CheckBudget {
  /** Check calls about one entity … */
  readonly calls: number;
  /** … in any window of this length. */
  readonly windowMs: number;
  /** How much later than permitted a call may arrive at the platform: the window is longer by this. */
  readonly marginMs: number;
}

export interface BreakerLimits {
  readonly windowMs: number;
  readonly leastCalls: number;
  readonly failurePercent: number;
  readonly firstOpenMs: number;
  readonly longestOpenMs: number;
  /** Pause between probes while the credentials are refused. */
  readonly holdMs: number;
}

export interface AccountLimits {
  readonly concurrency: number;
  readonly rates: Rates;
  readonly checkBudget: CheckBudget;
  readonly breaker: BreakerLimits;
  /** The longest wait for the rate inside the worker. Before a longer wait a send gives its slot back. */
  readonly maxRateWaitMs: number;
}

export const DEFAULT_LIMITS: Omit<AccountLimits, "rates"> = Object.freeze({
  concurrency: 50,
  checkBudget: { calls: 5, windowMs: 60_000, marginMs: 5_000 },
  breaker: {
    windowMs: 30_000,
    leastCalls: 10,
    failurePercent: 50,
    firstOpenMs: 5_000,
    longestOpenMs: 300_000,
    holdMs: 60_000,
  },
  maxRateWaitMs: 2_000,
});

/** The same limits on a clock that runs `1 / factor` times as fast; used by demo and tests. */
export function scaleLimits(limits: AccountLimits, factor: number): AccountLimits {
  const { checkBudget, breaker } = limits;
  const scaled = (ms: number): number => Math.max(1, Math.round(ms * factor));
  return {
    ...limits,
    checkBudget: {
      ...checkBudget,
      windowMs: scaled(checkBudget.windowMs),
      marginMs: scaled(checkBudget.marginMs),
    },
    breaker: {
      ...breaker,
      windowMs: scaled(breaker.windowMs),
      firstOpenMs: scaled(breaker.firstOpenMs),
      longestOpenMs: scaled(breaker.longestOpenMs),
      holdMs: scaled(breaker.holdMs),
    },
  };
}

/** Microseconds between two calls of a bucket; 0 for no limit. */
export function intervalUs(rates: Rates, bucket: string): number {
  const perSecond = rates[bucket];
  return perSecond === undefined ? 0 : Math.ceil(1_000_000 / perSecond);
}
