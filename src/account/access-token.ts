/**
 * Access tokens of one account, shared by all its workers.
 *
 * Invariants: at most one fetch of a scope at a time, across processes; a token is dropped only by a caller
 * that was refused with that very token; no token ever reaches a log or an error.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { FetchedToken, TokenAnswer, TokenSource } from "../platforms/account-access.ts";
import { inTime, unlessAborted } from "../waiting/waiting.ts";
import type { SharedAccount } from "./ports.ts";

interface Cached {
  readonly value: string;
  /** The token as an answer for callers. */
  readonly answer: Promise<TokenAnswer>;
  readonly usableUntil: number;
}

/** How long a token is cached: within this time it is noticed that another worker has dropped it. */
const LOCAL_CACHE_MS = 30_000;
const FETCH_LOCK_MS = 20_000;
/** How long a source may take to end after its signal aborted. */
const GRACE_MS = 1_000;
const POLL_MS = 50;
/** The share of its life by which a token is refreshed early. */
const EARLY_FRACTION = 0.1;

const NO_TOKEN: TokenAnswer = { kind: "unreachable", detail: "no access token within 20 s" };

export class AccessTokens {
  readonly #store: SharedAccount;
  readonly #source: TokenSource;
  readonly #cached = new Map<string, Cached>();
  readonly #inFlight = new Map<string, Promise<TokenAnswer>>();

  constructor(store: SharedAccount, source: TokenSource) {
    this.#store = store;
    this.#source = source;
  }

  /**
   * @param refused the token with which the caller was refused: the cached one is not used, because another
   * worker may have dropped it
   */
  get(
    scope: string,
    { signal, refused }: { readonly signal: AbortSignal; readonly refused?: string | undefined },
  ): Promise<TokenAnswer> {
    const cached = this.#cached.get(scope);
    if (cached !== undefined && cached.value !== refused && performance.now() < cached.usableUntil) {
      return cached.answer;
    }
    // One claim for all callers of this process. It goes on even if the caller that began it gives up.
    let claim = this.#inFlight.get(scope);
    if (claim === undefined) {
      claim = this.#claimInTime(scope);
      this.#inFlight.set(scope, claim);
    }
    return unlessAborted(claim, signal);
  }

  async drop(scope: string, value: string): Promise<void> {
    if (this.#cached.get(scope)?.value === value) this.#cached.delete(scope);
    await this.#store.dropToken(scope, value);
  }

  /** A token source from outside may never answer: a late result is dropped, and the next call asks again. */
  async #claimInTime(scope: string): Promise<TokenAnswer> {
    const ending = new AbortController();
    const end = (): void => ending.abort(new DOMException("no token in time", "TimeoutError"));
    const timer = setTimeout(end, FETCH_LOCK_MS);
    try {
      return await inTime(this.#claim(scope, ending.signal), {
        ms: FETCH_LOCK_MS + GRACE_MS,
        late: NO_TOKEN,
      });
    } finally {
      clearTimeout(timer);
      this.#inFlight.delete(scope);
    }
  }

  async #claim(scope: string, signal: AbortSignal): Promise<TokenAnswer> {
    // Each claim has an owner of its own, so that one which ends late releases only its own right.
    const owner = randomUUID();
    for (;;) {
      const claim = await this.#store.claimToken(scope, { owner, lockMs: FETCH_LOCK_MS });
      switch (claim.kind) {
        case "token":
          return this.#remember(scope, { value: claim.value });
        case "fetch":
          return this.#fetch(
            { scope, owner, dropped: claim.dropped, refreshToken: claim.refreshToken },
            signal,
          );
        case "wait":
          if (signal.aborted) return NO_TOKEN;
          await sleep(POLL_MS);
      }
    }
  }

  async #fetch(
    {
      scope,
      owner,
      dropped,
      refreshToken,
    }: {
      readonly scope: string;
      readonly owner: string;
      readonly dropped: string | null;
      readonly refreshToken: string | null;
    },
    signal: AbortSignal,
  ): Promise<TokenAnswer> {
    let fetched: FetchedToken;
    try {
      fetched = await this.#source.fetch({ scope, refreshToken: null }, signal);
      // Within its lifetime a platform returns the same token again, so a refused one must be refreshed.
      if (fetched.kind === "fetched" && fetched.value === dropped) {
        fetched = await this.#refresh(
          { scope, handedOutAgain: fetched, refreshToken: refreshToken ?? fetched.refreshToken },
          signal,
        );
      }
    } catch (error) {
      await this.#store.storeToken(scope, { owner, token: null });
      throw error;
    }
    if (fetched.kind !== "fetched") {
      await this.#store.storeToken(scope, { owner, token: null });
      return fetched;
    }
    const lifetimeMs = Math.max(1_000, Math.floor(fetched.expiresInMs * (1 - EARLY_FRACTION)));
    await this.#store.storeToken(scope, { owner, token: { ...fetched, lifetimeMs } });
    // If the time is over, callers have already got NO_TOKEN, and another token may have been fetched since:
    // this one is not used.
    return signal.aborted ? NO_TOKEN : this.#remember(scope, { value: fetched.value, lifetimeMs });
  }

  /**
   * Refreshes a token that was dropped but that the platform returned again. If the platform refuses to refresh
   * it, the token is as fresh as it can be, and a refusal with it is believed: probably the call was refused,
   * not the token. A refresh that failed otherwise says nothing.
   */
  async #refresh(
    {
      scope,
      handedOutAgain,
      refreshToken,
    }: { readonly scope: string; readonly handedOutAgain: FetchedToken; readonly refreshToken: string },
    signal: AbortSignal,
  ): Promise<FetchedToken> {
    if (refreshToken === "") return handedOutAgain;
    const refreshed = await this.#source.fetch({ scope, refreshToken }, signal);
    return refreshed.kind === "unauthorized" ? handedOutAgain : refreshed;
  }

  #remember(
    scope: string,
    { value, lifetimeMs = LOCAL_CACHE_MS }: { readonly value: string; readonly lifetimeMs?: number },
  ): TokenAnswer {
    const usableUntil = performance.now() + Math.min(LOCAL_CACHE_MS, lifetimeMs);
    const answer: TokenAnswer = { kind: "token", value };
    this.#cached.set(scope, { value, answer: Promise.resolve(answer), usableUntil });
    return answer;
  }
}
