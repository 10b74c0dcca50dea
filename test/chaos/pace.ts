/**
 * The clock of the chaos program: time of the platform and the policy runs 25 times as fast. What Bida does not
 * scale (leases, locks, HTTP time-outs) keeps its length.
 */
import { scaleLimits } from "../../src/account/limits.ts";
import type { Tuning } from "../../src/config/policy-and-limits.ts";
import { scalePolicy } from "../../src/delivery/policy.ts";

export const TIME_SCALE = 0.04;
/** Undisturbed time between the end of the chaos and the deadlines of the last deliveries. */
export const SETTLE_MS = 50_000;
/** Every delivery must have ended this long after its deadline. */
export const GRACE_MS = 20_000;

/** A busy machine is late in real time, whatever the platform's time scale is. */
const CHECK_MARGIN_MS = 1_000;

/** Trims records while others of their lanes are in flight: lanes, claims and references must still work. */
const TRIM_AFTER_MS = 5_000;

export const CHAOS_TUNING: Tuning = {
  policy: (policy) => ({
    ...scalePolicy(policy, TIME_SCALE),
    retentionMs: policy.retentionMs,
    trimAfterMs: TRIM_AFTER_MS,
  }),
  limits: (limits) => {
    const scaled = scaleLimits(limits, TIME_SCALE);
    return { ...scaled, checkBudget: { ...scaled.checkBudget, marginMs: CHECK_MARGIN_MS } };
  },
};

/** Calls a second, by bucket; low enough that a backlog reaches them. */
export const RATES = { todo: 40, check: 60, schedule: 40, task: 40 } as const;
