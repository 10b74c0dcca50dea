/**
 * The tests' clock: time of the platform and the policy runs fifty times as fast.
 */
import { scaleLimits } from "../../src/account/limits.ts";
import type { Tuning } from "../../src/config/policy-and-limits.ts";
import { scalePolicy } from "../../src/delivery/policy.ts";

export const TIME_SCALE = 0.02;

/**
 * A fiftieth of the real margin would leave a check 80 ms between its permit and its departure. A busy machine
 * takes longer, and each check that leaves too late uses up a place in its window.
 */
const CHECK_MARGIN_MS = 500;

export const FAST: Tuning = {
  policy: (policy) => ({ ...scalePolicy(policy, TIME_SCALE), retentionMs: policy.retentionMs }),
  limits: (limits) => {
    const scaled = scaleLimits(limits, TIME_SCALE);
    return { ...scaled, checkBudget: { ...scaled.checkBudget, marginMs: CHECK_MARGIN_MS } };
  },
};
