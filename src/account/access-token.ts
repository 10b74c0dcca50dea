/**
 * Access tokens of one account, shared by all its workers.
 *
 * Invariants: at most one fetch of a scope at a time, across processes; a token is dropped only by
 * somebody who was refused with that very token; no token ever reaches a log or an error.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { FetchedToken, TokenAnswer, TokenSource } from "../platforms/account-access.ts";
import { inTime, unlessAborted } from "../waiting/waiting.ts";
import type { SharedAccount } from "./ports.ts";

interface Cached {
  readonly value: string;
  /** The same, as whoever asks gets it. */
  readonly answer: Promise<TokenAnswer>;
  readonly usableUntil: number;
}

/** It is noticed within this time that another worker has dropped the token. */
const LOCAL_CACHE_MS = 30_000;
const FETCH_LOCK_MS = 20_000;
/** How long a source may take to end after its signal aborted. */
const GRACE_MS = 1_000;
const POLL_MS = 50;
/** A token is refreshed this much of its life before it ends. */
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

  /** @param refused not to be taken from this process' memory: another worker may have dropped it */
  get(
    scope: string,
    { signal, refused }: { readonly signal: AbortSignal; readonly refused?: string | undefined },
  ): Promise<TokenAnswer> {
    const cached = this.#cached.get(scope);
    if (cached !== undefined && cached.value !== refused && performance.now() < cached.usableUntil) {
      return cached.answer;
    }
    // One claim for all callers of this process; it goes on when the caller that began it has given up.
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

  /** A source from outside may never answer: what it comes to later is nobody's answer, and the next try asks again. */
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
    // Each claim has its own name: one that ends late releases its own right and no other.
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
      // Inside its lifetime a platform hands out the same token again: a refused one needs a refresh.
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
    // Its callers were told that there is none, and another may have been fetched since.
    return signal.aborted ? NO_TOKEN : this.#remember(scope, { value: fetched.value, lifetimeMs });
  }

  /**
   * The successor of a token that the platform stands by though it was dropped. Where there is none to be
   * had, perhaps the call was refused and not the token: it is as fresh as a token can be, and a refusal
   * with it is believed. A refresh that only failed on its way says nothing about either.
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
