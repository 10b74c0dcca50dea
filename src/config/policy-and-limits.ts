/** What the configuration says about an account, with its defaults: policy and limits. */
import { DEFAULT_LIMITS, type AccountLimits } from "../account/limits.ts";
import { DEFAULT_POLICY, type Policy } from "../delivery/policy.ts";
import { platformNamed } from "../platforms/registry.ts";
import type { AccountConfig, Config } from "./config.ts";

/** Numbers that replace the configured ones; the demo and the tests shorten time with them. */
export interface Tuning {
  readonly policy?: (policy: Policy) => Policy;
  readonly limits?: (limits: AccountLimits) => AccountLimits;
  /** How long a producer that asks for durability waits for it. */
  readonly durableWithinMs?: number;
}

export function policyOf({ policy }: Config, tuning: Tuning = {}): Policy {
  const configured: Policy = {
    ...DEFAULT_POLICY,
    ...(policy.deadline === undefined ? {} : { deadlineMs: policy.deadline }),
    ...(policy.maxSends === undefined ? {} : { maxSends: policy.maxSends }),
    ...(policy.absenceProofs === undefined ? {} : { absenceProofs: policy.absenceProofs }),
    ...(policy.visibilityLagMs === undefined ? {} : { visibilityLagMs: policy.visibilityLagMs }),
    ...(policy.retention === undefined ? {} : { retentionMs: policy.retention }),
    ...(policy.trimAfter === undefined ? {} : { trimAfterMs: policy.trimAfter }),
    ...(policy.referenceRetention === undefined ? {} : { referenceRetentionMs: policy.referenceRetention }),
  };
  return Object.freeze(tuning.policy?.(configured) ?? configured);
}

export function limitsOf({ platform, concurrency, rate }: AccountConfig, tuning: Tuning = {}): AccountLimits {
  const rates = Object.fromEntries(
    Object.entries(rate).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
  const configured = {
    ...DEFAULT_LIMITS,
    concurrency,
    rates: { ...platformNamed(platform).rates, ...rates },
  };
  return tuning.limits?.(configured) ?? configured;
}
