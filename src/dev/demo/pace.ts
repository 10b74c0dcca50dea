/**
 * The demo's clock: every duration of the platform and of Bida's policy is a tenth as long, so that an
 * hour's worth of waiting fits into two minutes. Both sides shrink alike; no decision changes.
 */
import { scaleLimits } from "../../account/limits.ts";
import { scalePolicy } from "../../delivery/policy.ts";
import type { Tuning } from "../../config/policy-and-limits.ts";

export const TIME_SCALE = 0.1;

export const DEMO_TUNING: Tuning = {
  policy: (policy) => ({ ...scalePolicy(policy, TIME_SCALE), retentionMs: policy.retentionMs }),
  limits: (limits) => scaleLimits(limits, TIME_SCALE),
};
