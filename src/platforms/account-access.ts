/**
 * What a channel may use of its account: the wire, an access token, and permission to ask.
 *
 * The channel never sees Redis, and never learns how a token is shared or a rate is kept.
 */
import type { Delivery } from "../delivery/record.ts";
import type { LatestDeparture } from "./http/latest-departure.ts";
import type { PlatformAnswer, PlatformCall } from "./platform-http.ts";

/** A delivery with its payload, whose numbers keep their digits. */
export interface OtherDelivery extends Delivery {
  /** Null for one that was trimmed. */
  readonly payload: unknown;
  /** What its operation kept of the payload, for one that was trimmed. */
  readonly remains?: string | null;
}

export interface AccountAccess {
  readonly name: string;
  /** The platform's section of the account's configuration. */
  readonly settings: AccountSettings;
  readonly call: (call: PlatformCall, signal: AbortSignal) => Promise<PlatformAnswer>;
  /** @param refused the token that this caller was refused with: what all workers share is looked at again */
  readonly token: (
    scope: string,
    options: { readonly signal: AbortSignal; readonly refused?: string | undefined },
  ) => Promise<TokenAnswer>;
  /** Drops a token that the platform refused, if it is still the shared one. */
  readonly dropToken: (scope: string, token: string) => Promise<void>;
  /**
   * Permission for one check call about `entity`, at most `calls` in any `windowMs`; resolves after the
   * account's rate lets the call leave. Denied with the time after which asking again makes sense.
   */
  readonly permitCheck: (entity: string, signal: AbortSignal) => Promise<Permit>;
  /** Permission for one call that draws from the rate bucket `bucket` and from no entity's budget. */
  readonly permitCall: (bucket: string, signal: AbortSignal) => Promise<Permit>;
  /** The platform said that the entity's budget is used up; returns the ms until it is fresh again. */
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
  /** A delivery of this account, to be compared with; null when it is gone or cannot be read. */
  readonly delivery: (id: string) => Promise<OtherDelivery | null>;
  /** Which delivery has claimed each of these ids; null for nobody. */
  readonly claimedBy: (platformIds: readonly string[]) => Promise<readonly (string | null)[]>;
  /** A fact that was learned about this account's installation, shared by its workers; null if none was. */
  readonly recall: (fact: string) => Promise<string | null>;
  readonly remember: (fact: string, value: string) => Promise<void>;
}

/** What a channel may know of its account's configuration, as its platform's `settings` gives it. Never a secret. */
export type AccountSettings = { readonly platform: string } & Readonly<Record<string, unknown>>;

export type TokenAnswer =
  | { readonly kind: "token"; readonly value: string }
  | { readonly kind: "unreachable" | "unauthorized"; readonly detail: string }
  | { readonly kind: "throttled"; readonly retryAfterMs: number | null; readonly detail: string };

export type Permit =
  /** `leaveBy`: its call, to which it is handed on, leaves by then or not at all. */
  | { readonly kind: "granted"; readonly leaveBy?: LatestDeparture }
  | { readonly kind: "denied"; readonly retryAfterMs: number };

/** What a token source needs: the account's own token endpoint. */
export interface TokenSource {
  /** Fetches a token; with `refreshToken`, one that is not the same again. */
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
