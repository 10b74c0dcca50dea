/**
 * An account for one send: what has not left in time does not leave any more, and what leaves has a place
 * in the account's rate.
 *
 * Between its mark in Redis and its departure a send may hang for long: on Redis, on an access token.
 * Meanwhile its ticket's lock runs out, another worker finds the mark, proves absence (truly: nothing has
 * left) and sends again. Fencing keeps the late one's record out of Redis, but not its request off the
 * platform. So it does not leave, which costs nothing: it never left. And many that waited for one token
 * would leave together: each has lost the place that came with its mark, and takes another. So does the
 * repetition of a call that was refused.
 */
import type { AccountAccess } from "../channels/account-access.ts";
import type { PlatformAnswer } from "../channels/platform-http.ts";
import { accountWith } from "./watched-account.ts";

/** With the 3 s of a connect, less than the 10 s that a ticket's lock lives. */
export const LEAVES_WITHIN_MS = 6_000;

/** A place in the rate is lost when the call leaves later than this: what Redis needs to name a reference. */
export const PLACE_LASTS_MS = 100;

const TOO_LATE: PlatformAnswer = {
  kind: "unreachable",
  detail: "it could not leave in time: Redis or the access token was slow",
};

export interface Departure {
  /** The bucket of the account's rate that its calls draw from. */
  readonly bucket: string;
  /** The place that came with the mark is good until then, and the last moment to leave at all. */
  readonly placeUntil: number;
  readonly lastDepartureAt: number;
}

/** @param now a clock that never goes back, in ms, that the moments of `departure` are told by */
export function departing(
  account: AccountAccess,
  { bucket, placeUntil, lastDepartureAt }: Departure,
  now: () => number = () => performance.now(),
): AccountAccess {
  let hasPlace = true;
  return accountWith(account, {
    call: async (call, signal) => {
      if (!hasPlace || now() > placeUntil) {
        const permit = await account.permitCall(bucket, signal);
        if (permit.kind === "denied") return { kind: "notPermitted", retryAfterMs: permit.retryAfterMs };
      }
      hasPlace = false;
      return now() > lastDepartureAt ? TOO_LATE : account.call(call, signal);
    },
  });
}
