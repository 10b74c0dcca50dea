/**
 * Yunzhijia's access tokens (docs/platforms/yunzhijia.md, "Tokens").
 *
 * Invariant: a holder (scope and owner) has one current token; asking again while it is valid returns the same
 * one, with the same end. Only a refresh, or the end of the old one, gives a new one.
 */
import type { Clock } from "../clock.ts";
import type { Settings } from "../settings.ts";

export type TokenScope = "app" | "team" | "resGroupSecret";

export type AccessToken = {
  readonly token: string;
  readonly refreshToken: string;
  readonly scope: TokenScope;
  /** The appId, or for scope resGroupSecret the eid. */
  readonly owner: string;
  readonly holder: string;
  readonly expiresAt: number;
  killed: boolean;
};

export class AccessTokens {
  readonly #clock: Clock;
  readonly #settings: () => Settings;
  #issued = 0;
  #byText = new Map<string, AccessToken>();
  #current = new Map<string, AccessToken>();

  constructor(clock: Clock, settings: () => Settings) {
    this.#clock = clock;
    this.#settings = settings;
  }

  currentOrNew(
    scope: TokenScope,
    { owner, holder }: { readonly owner: string; readonly holder: string },
  ): AccessToken {
    const current = this.#current.get(holder);
    return current && this.isAlive(current) ? current : this.#issue(scope, { owner, holder });
  }

  /** Null when this is not the holder's refresh token. */
  refresh(
    { scope, owner, holder }: { readonly scope: TokenScope; readonly owner: string; readonly holder: string },
    refreshToken: string,
  ): AccessToken | null {
    const current = this.#current.get(holder);
    if (current?.refreshToken !== refreshToken) return null;
    if (this.#settings().refreshKillsOldToken) current.killed = true;
    return this.#issue(scope, { owner, holder });
  }

  find(token: string): AccessToken | null {
    return this.#byText.get(token) ?? null;
  }

  isAlive(token: AccessToken): boolean {
    return !token.killed && this.#clock.now() < token.expiresAt;
  }

  /** How many whole seconds are left, at least 1. */
  secondsLeft(token: AccessToken): number {
    return Math.max(1, Math.floor((token.expiresAt - this.#clock.now()) / 1_000));
  }

  killAll(owner: string | null): void {
    for (const token of this.#byText.values()) {
      if (owner === null || token.owner === owner) token.killed = true;
    }
  }

  #issue(
    scope: TokenScope,
    { owner, holder }: { readonly owner: string; readonly holder: string },
  ): AccessToken {
    this.#issued += 1;
    const number = this.#issued.toString(36).padStart(6, "0");
    const token: AccessToken = {
      token: `sandbox-token-${number}`,
      refreshToken: `sandbox-refresh-${number}`,
      scope,
      owner,
      holder,
      expiresAt: this.#clock.now() + this.#clock.scaled(this.#settings().tokenLifetimeMs),
      killed: false,
    };
    this.#byText.set(token.token, token);
    this.#current.set(holder, token);
    return token;
  }
}
