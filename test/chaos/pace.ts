/**
 * The clock of the chaos program: platform and policy live 25 times as fast. What Bida does not scale
 * (leases, locks, HTTP time-outs) stays as long as it is.
 */
import { scaleLimits } from "../../src/account/limits.ts";
import type { Tuning } from "../../src/config/policy-and-limits.ts";
import { scalePolicy } from "../../src/delivery/policy.ts";

export const TIME_SCALE = 0.04;
/** Undisturbed time, from the end of the chaos to every delivery's deadline. */
export const SETTLE_MS = 50_000;
/** No delivery may be unfinished this long after its deadline. */
export const GRACE_MS = 20_000;

/** A machine under load is late by its own clock, whatever the platform's time scale is. */
const CHECK_MARGIN_MS = 1_000;

/** While others are still under way: lanes, claims and references must not miss what was trimmed. */
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

/** Calls a second, by bucket: low enough that a backlog presses against them. */
export const RATES = { todo: 40, check: 60, schedule: 40, task: 40 } as const;
