/** Policy and limits from the configuration, with their defaults. */
import { DEFAULT_LIMITS, type AccountLimits } from "../account/limits.ts";
import { DEFAULT_POLICY, type Policy } from "../delivery/policy.ts";
import { platformNamed } from "../platforms/registry.ts";
import type { AccountConfig, Config } from "./config.ts";

/** Replaces configured numbers; the demo and the tests shorten times with it. */
export interface Tuning {
  readonly policy?: (policy: Policy) => Policy;
  readonly limits?: (limits: AccountLimits) => AccountLimits;
  /** How long a producer that asks for durability waits for it, in ms. */
  readonly durableWithinMs?: number;
}

type Option = keyof Config["policy"];
type PolicyNumber = { [Name in keyof Policy]: Policy[Name] extends number ? Name : never }[keyof Policy];

/**
 * Which number of the policy each option of the configuration sets. One with another name than its number is written as
 * a duration: `deadline: 24h` sets `deadlineMs`.
 */
export const POLICY_OPTIONS = Object.entries({
  deadline: "deadlineMs",
  maxSends: "maxSends",
  absenceProofs: "absenceProofs",
  visibilityLagMs: "visibilityLagMs",
  retention: "retentionMs",
  trimAfter: "trimAfterMs",
  referenceRetention: "referenceRetentionMs",
} satisfies Record<Option, PolicyNumber>) as readonly (readonly [Option, PolicyNumber])[];

export function policyOf({ policy }: Config, tuning: Tuning = {}): Policy {
  const set = POLICY_OPTIONS.map(([option, number]) => [number, policy[option] ?? DEFAULT_POLICY[number]]);
  const configured: Policy = {
    ...DEFAULT_POLICY,
    ...(Object.fromEntries(set) as Record<PolicyNumber, number>),
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
