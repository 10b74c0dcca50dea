/**
 * One account of a worker: the wire, the token and the limits that its channels work through.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { AccountAccess, AccountSettings, Permit, TokenAnswer, TokenSource } from "../channels/account-access.ts";
import type { PlatformAnswer, PlatformCall } from "../channels/platform-http.ts";
import { AccessTokens } from "./access-token.ts";
import type { AccountLimits } from "./limits.ts";
import type { SharedAccount } from "./ports.ts";

export interface AccountParts {
  readonly name: string;
  readonly settings: AccountSettings;
  readonly limits: AccountLimits;
  readonly store: SharedAccount;
  readonly tokenSource: TokenSource;
  readonly call: (call: PlatformCall, signal: AbortSignal) => Promise<PlatformAnswer>;
}

export class Account implements AccountAccess {
  readonly name: string;
  readonly settings: AccountSettings;
  readonly limits: AccountLimits;
  readonly call: AccountParts["call"];
  readonly #store: SharedAccount;
  readonly #tokens: AccessTokens;

  constructor(parts: AccountParts) {
    this.name = parts.name;
    this.settings = parts.settings;
    this.limits = parts.limits;
    this.call = parts.call;
    this.#store = parts.store;
    this.#tokens = new AccessTokens(parts.store, parts.tokenSource);
  }

  async token(scope: string, signal: AbortSignal): Promise<TokenAnswer> {
    return this.#tokens.get(scope, signal);
  }

  async dropToken(scope: string, token: string): Promise<void> {
    await this.#tokens.drop(scope, token);
  }

  async permitCheck(entity: string, signal: AbortSignal): Promise<Permit> {
    const permission = await this.#store.permitCheck(entity, this.limits);
    if (permission.kind === "denied") return permission;
    if (permission.waitMs > 0) await sleep(permission.waitMs, undefined, { signal });
    return { kind: "granted" };
  }

  async exhaustBudget(entity: string): Promise<number> {
    return this.#store.exhaustBudget(entity, this.limits.checkBudget);
  }
}
