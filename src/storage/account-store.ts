/**
 * What the workers of one account share through Redis: token, check budgets, rates and breaker.
 */
import { hash } from "node:crypto";
import {
  DEFAULT_LIMITS,
  intervalUs,
  type AccountLimits,
  type BreakerLimits,
  type CheckBudget,
} from "../account/limits.ts";
import type {
  BreakerView,
  CallReport,
  CheckPermission,
  SharedAccount,
  SharedToken,
  TokenClaim,
} from "../account/ports.ts";
import type { Pause } from "../operations/account-health.ts";
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys, type AccountScope } from "./keys.ts";
import { OwnerReads } from "./owner-reads.ts";
import { ScriptBatch } from "./script-batch.ts";
import {
  argsOf,
  CLAIM,
  CLAIM_EACH,
  CLAIM_TOKEN,
  DROP_TOKEN,
  EXHAUST_BUDGET,
  PERMIT_CALL,
  PERMIT_CHECK,
  RELEASE,
  REMEMBER,
  REPORT_CALLS,
  STORE_TOKEN,
  type ReplyOf,
} from "./scripts.ts";

export class AccountStore implements SharedAccount {
  readonly #redis: ScriptedRedis;
  readonly #base: string;
  readonly #keys: AccountKeys;
  readonly #permits: ScriptBatch<ReplyOf<typeof PERMIT_CHECK>>;
  /** Places in rates, batched: many sends that waited for one token take their places in one call. */
  readonly #places: ScriptBatch<ReplyOf<typeof PERMIT_CALL>>;
  readonly #claims: ScriptBatch<ReplyOf<typeof CLAIM_EACH>>;
  readonly #owners: OwnerReads;

  constructor(redis: ScriptedRedis, { prefix, account }: AccountScope) {
    this.#redis = redis;
    this.#keys = new AccountKeys(prefix, account);
    this.#base = this.#keys.base;
    this.#permits = new ScriptBatch((...args) => redis.bidaPermitCheck(this.#base, ...args));
    this.#places = new ScriptBatch((...args) => redis.bidaPermitCall(this.#base, ...args));
    this.#claims = new ScriptBatch((...args) => redis.bidaClaimEach(this.#base, ...args));
    this.#owners = new OwnerReads((ids) => redis.hmget(this.#keys.claims, ...ids));
  }

  /** The shared token, or the right to fetch one for the next `lockMs`. */
  async claimToken(
    scope: string,
    { owner, lockMs }: { readonly owner: string; readonly lockMs: number },
  ): Promise<TokenClaim> {
    const reply = await this.#redis.bidaClaimToken(
      this.#base,
      ...argsOf(CLAIM_TOKEN, { named: { scope, owner, lockMs } }),
    );
    switch (reply[0]) {
      case "token":
        return { kind: "token", value: reply[1] };
      case "fetch":
        return { kind: "fetch", dropped: reply[1] || null, refreshToken: reply[2] || null };
      case "wait":
        return { kind: "wait" };
    }
  }

  /** Shares a fetched token; `null` gives up the right to fetch. */
  async storeToken(
    scope: string,
    { owner, token }: { readonly owner: string; readonly token: SharedToken | null },
  ): Promise<void> {
    await this.#redis.bidaStoreToken(
      this.#base,
      ...argsOf(STORE_TOKEN, {
        named: {
          scope,
          owner,
          value: token?.value ?? "",
          refresh: token?.refreshToken ?? "",
          lifetimeMs: token?.lifetimeMs ?? 0,
        },
      }),
    );
  }

  /** True if the token was still the shared one. */
  async dropToken(scope: string, value: string): Promise<boolean> {
    return (
      (await this.#redis.bidaDropToken(this.#base, ...argsOf(DROP_TOKEN, { named: { scope, value } }))) === 1
    );
  }

  permitCheck(entity: string, limits: AccountLimits): Promise<CheckPermission> {
    const { calls, windowMs, marginMs } = limits.checkBudget;
    const asked = this.#permits.call(
      [calls, windowMs + marginMs, "check", intervalUs(limits.rates, "check"), limits.maxRateWaitMs],
      ...argsOf(PERMIT_CHECK, { named: { entity: shortHash(entity) } }),
    );
    return asked.then(permissionOf);
  }

  async permitCall(bucket: string, { rates, maxRateWaitMs }: AccountLimits): Promise<CheckPermission> {
    const interval = intervalUs(rates, bucket);
    if (interval === 0) return { kind: "granted", waitMs: 0 };
    const args = argsOf(PERMIT_CALL, { named: { bucket, intervalUs: interval, maxWaitMs: maxRateWaitMs } });
    return permissionOf(await this.#places.call([], ...args));
  }

  async claim(platformId: string, deliveryId: string): Promise<boolean> {
    return (
      (await this.#redis.bidaClaim(
        this.#base,
        ...argsOf(CLAIM, { named: { thing: platformId, id: deliveryId } }),
      )) === 1
    );
  }

  claimEach(platformIds: readonly string[], deliveryId: string): Promise<readonly string[]> {
    if (platformIds.length === 0) return Promise.resolve([]);
    return this.#claims.call([], ...argsOf(CLAIM_EACH, { named: { id: deliveryId }, rest: platformIds }));
  }

  async release(platformIds: readonly string[], owner: string): Promise<void> {
    await this.#redis.bidaRelease(
      this.#base,
      ...argsOf(RELEASE, { named: { id: owner }, rest: platformIds }),
    );
  }

  claimedBy(platformIds: readonly string[]): Promise<(string | null)[]> {
    return this.#owners.of(platformIds);
  }

  async recall(fact: string): Promise<string | null> {
    return this.#redis.hget(this.#keys.facts, fact);
  }

  async remember(fact: string, value: string): Promise<void> {
    await this.#redis.bidaRemember(this.#base, ...argsOf(REMEMBER, { named: { fact, value } }));
  }

  async exhaustBudget(entity: string, { calls, windowMs, marginMs }: CheckBudget): Promise<number> {
    await this.#redis.bidaExhaustBudget(
      this.#base,
      ...argsOf(EXHAUST_BUDGET, {
        named: { entity: shortHash(entity), calls, windowMs: windowMs + marginMs },
      }),
    );
    return windowMs + marginMs;
  }

  async reportCalls(report: CallReport, limits: BreakerLimits): Promise<BreakerView> {
    const { sends, checks, made, probe } = report;
    const [state, until, of, changed] = await this.#redis.bidaReportCalls(
      this.#base,
      ...argsOf(REPORT_CALLS, {
        named: {
          calls: sends.calls,
          failures: sends.failures,
          checkCalls: checks.calls,
          checkFailures: checks.failures,
          made: made?.calls ?? 0,
          throttled: made?.throttled ?? 0,
          probe: probe === null ? "" : probe.ok ? "ok" : "failed",
          probeOf: probe?.of ?? "",
          unauthorized: report.unauthorized ? 1 : 0,
          windowMs: limits.windowMs,
          leastCalls: limits.leastCalls,
          failurePercent: limits.failurePercent,
          firstOpenMs: limits.firstOpenMs,
          longestOpenMs: limits.longestOpenMs,
          holdMs: limits.holdMs,
        },
      }),
    );
    return { state, until, of: of === "" ? null : of, changed: changed === 1 };
  }

  /**
   * Closes the breaker where it is held, or (`any`) open too: the next call shows whether that was right. False
   * if there was nothing to close.
   */
  async endHold(what: "held" | "any", limits: BreakerLimits = DEFAULT_LIMITS.breaker): Promise<boolean> {
    const states = await this.#redis.hmget(this.#keys.breaker, "state", "checkState");
    const [state] = states;
    if (state !== "held" && (what === "held" || !states.includes("open"))) return false;
    const none = { calls: 0, failures: 0 };
    const probe = { of: "all", ok: true } as const;
    return (await this.reportCalls({ sends: none, checks: none, probe, unauthorized: false }, limits))
      .changed;
  }

  /** Pauses the account; null ends the pause. */
  async pause(pause: Pause | null): Promise<void> {
    const key = this.#keys.breaker;
    if (pause === null) return void (await this.#redis.hdel(key, "paused", "pausedUntil"));
    const { until, ...words } = pause;
    await this.#redis.hset(key, "paused", JSON.stringify(words), "pausedUntil", until ?? "");
  }
}

function permissionOf([granted, ms]: ReplyOf<typeof PERMIT_CALL>): CheckPermission {
  return granted === 1 ? { kind: "granted", waitMs: ms } : { kind: "denied", retryAfterMs: ms };
}

function shortHash(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 22);
}
