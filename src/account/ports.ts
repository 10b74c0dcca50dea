/**
 * What this folder needs: the store that an account's workers share. `storage/` implements it.
 */
import type { AccountLimits, BreakerLimits, CheckBudget } from "./limits.ts";

export type TokenClaim =
  | { readonly kind: "token"; readonly value: string }
  | { readonly kind: "fetch"; readonly dropped: string | null; readonly refreshToken: string | null }
  | { readonly kind: "wait" };

export type CheckPermission =
  | { readonly kind: "granted"; readonly waitMs: number }
  | { readonly kind: "denied"; readonly retryAfterMs: number };

/** A send changes something on the platform; a check only reads. */
export type CallKind = "send" | "check";

export interface CallTally {
  readonly calls: number;
  /** Calls that were unreachable, without an answer, or answered 5xx. */
  readonly failures: number;
}

export interface CallReport {
  readonly sends: CallTally;
  readonly checks: CallTally;
  /** All calls, token calls included, and how many the platform refused for its rate. Only for statistics. */
  readonly made?: { readonly calls: number; readonly throttled: number };
  readonly probe: { readonly of: CallKind | "all"; readonly ok: boolean } | null;
  readonly unauthorized: boolean;
}

export interface BreakerView {
  readonly state: "closed" | "open" | "held";
  readonly until: number;
  /** Which calls the breaker keeps from leaving; null for none. */
  readonly of: "all" | "sends" | "checks" | null;
  readonly changed: boolean;
}

export interface SharedToken {
  readonly value: string;
  readonly refreshToken: string;
  readonly lifetimeMs: number;
}

export interface SharedAccount {
  /** The shared token, or the right to fetch one for the next `lockMs`. */
  claimToken(scope: string, claim: { readonly owner: string; readonly lockMs: number }): Promise<TokenClaim>;
  /** Shares a fetched token; `null` gives up the right to fetch. */
  storeToken(
    scope: string,
    fetched: { readonly owner: string; readonly token: SharedToken | null },
  ): Promise<void>;
  /** True if the token was still the shared one. */
  dropToken(scope: string, value: string): Promise<boolean>;
  permitCheck(entity: string, limits: AccountLimits): Promise<CheckPermission>;
  permitCall(bucket: string, limits: AccountLimits): Promise<CheckPermission>;
  claim(platformId: string, deliveryId: string): Promise<boolean>;
  claimEach(platformIds: readonly string[], deliveryId: string): Promise<readonly string[]>;
  release(platformIds: readonly string[], owner: string): Promise<void>;
  claimedBy(platformIds: readonly string[]): Promise<readonly (string | null)[]>;
  recall(fact: string): Promise<string | null>;
  remember(fact: string, value: string): Promise<void>;
  exhaustBudget(entity: string, budget: CheckBudget): Promise<number>;
  reportCalls(report: CallReport, limits: BreakerLimits): Promise<BreakerView>;
}
