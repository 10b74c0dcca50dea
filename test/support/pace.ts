/**
 * The tests' clock: platform and policy live fifty times as fast.
 */
import { scaleLimits } from "../../src/account/limits.ts";
import type { Tuning } from "../../src/config/policy-and-limits.ts";
import { scalePolicy } from "../../src/delivery/policy.ts";

export const TIME_SCALE = 0.02;

export const FAST: Tuning = {
  policy: (policy) => ({ ...scalePolicy(policy, TIME_SCALE), retentionMs: policy.retentionMs }),
  limits: (limits) => scaleLimits(limits, TIME_SCALE),
};
