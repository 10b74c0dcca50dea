/**
 * What a channel may use of its account: the wire, access tokens, permits, claims and shared facts.
 *
 * The channel never sees Redis, and does not know how tokens are shared or rates are kept.
 */
import type { Delivery } from "../delivery/record.ts";
import type { LatestDeparture } from "./http/latest-departure.ts";
import type { PlatformAnswer, PlatformCall } from "./platform-http.ts";

/** A delivery with its payload, in which numbers keep all their digits. */
export interface OtherDelivery extends Delivery {
  /** Null if the delivery was trimmed. */
  readonly payload: unknown;
  /** What its operation has kept of the payload, if the delivery was trimmed. */
  readonly remains?: string | null;
}

export interface AccountAccess {
  readonly name: string;
  /** The platform's section of the account's configuration. */
  readonly settings: AccountSettings;
  readonly call: (call: PlatformCall, signal: AbortSignal) => Promise<PlatformAnswer>;
  /**
   * @param refused the token with which this caller was refused: the shared token is then read again instead of
   * the cached one
   */
  readonly token: (
    scope: string,
    options: { readonly signal: AbortSignal; readonly refused?: string | undefined },
  ) => Promise<TokenAnswer>;
  /** Drops a token that the platform refused, if it is still the shared one. */
  readonly dropToken: (scope: string, token: string) => Promise<void>;
  /**
   * Permission for one check call about `entity`, within the platform's budget for that entity; resolves when
   * the account's rate lets the call leave. A denial says after how long asking again makes sense.
   */
  readonly permitCheck: (entity: string, signal: AbortSignal) => Promise<Permit>;
  /** Permission for one call that draws from the rate bucket `bucket` and from no entity's budget. */
  readonly permitCall: (bucket: string, signal: AbortSignal) => Promise<Permit>;
  /** Records that the platform says the entity's budget is used up; returns after how many ms it is available again. */
  readonly exhaustBudget: (entity: string) => Promise<number>;
  /**
   * Claims one of the platform's ids for one delivery, atomically: true if it is (or already was) this
   * delivery's, false if another one's. What one delivery has claimed proves no other.
   */
  readonly claim: (platformId: string, deliveryId: string) => Promise<boolean>;
  /** Claims several at once; returns for each the delivery that has it now, this one or another. */
  readonly claimEach: (platformIds: readonly string[], deliveryId: string) => Promise<readonly string[]>;
  /** Releases claims of `owner`: the platform has shown that the objects are gone, or never existed. */
  readonly release: (platformIds: readonly string[], owner: string) => Promise<void>;
  /** Another delivery of this account, for comparison; null when it is gone or cannot be read. */
  readonly delivery: (id: string) => Promise<OtherDelivery | null>;
  /** Which delivery has claimed each of these ids; null for nobody. */
  readonly claimedBy: (platformIds: readonly string[]) => Promise<readonly (string | null)[]>;
  /** A fact about this account's installation, shared by its workers; null if it is not known. */
  readonly recall: (fact: string) => Promise<string | null>;
  readonly remember: (fact: string, value: string) => Promise<void>;
}

/** What a channel may know of its account's configuration: the result of `Platform.settings`. Never a secret. */
export type AccountSettings = { readonly platform: string } & Readonly<Record<string, unknown>>;

export type TokenAnswer =
  | { readonly kind: "token"; readonly value: string }
  | { readonly kind: "unreachable" | "unauthorized"; readonly detail: string }
  | { readonly kind: "throttled"; readonly retryAfterMs: number | null; readonly detail: string };

export type Permit =
  /** `leaveBy`: to be passed on to the call, which leaves by then or not at all. */
  | { readonly kind: "granted"; readonly leaveBy?: LatestDeparture }
  | { readonly kind: "denied"; readonly retryAfterMs: number };

/** What a token source needs: the account's own token endpoint. */
export interface TokenSource {
  /** Fetches a token; with `refreshToken` a new one. */
  fetch(
    wanted: { readonly scope: string; readonly refreshToken: string | null },
    signal: AbortSignal,
  ): Promise<FetchedToken>;
}

export type FetchedToken =
  | {
      readonly kind: "fetched";
      readonly value: string;
      readonly refreshToken: string;
      readonly expiresInMs: number;
    }
  | Exclude<TokenAnswer, { kind: "token" }>;
