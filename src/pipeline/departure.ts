/**
 * An account for one send: what has not left in time does not leave any more.
 *
 * Between its mark in Redis and its departure a send may hang for long: on Redis, on an access token.
 * Meanwhile its ticket's lock runs out, another worker finds the mark, proves absence (truly: nothing has
 * left) and sends again. Fencing keeps the late one's record out of Redis, but not its request off the
 * platform. So it does not leave, which costs nothing: it never left.
 */
import type { AccountAccess } from "../channels/account-access.ts";
import type { PlatformAnswer } from "../channels/platform-http.ts";

/** With the 3 s of a connect, less than the 10 s that a ticket's lock lives. */
export const LEAVES_WITHIN_MS = 6_000;

const TOO_LATE: PlatformAnswer = {
  kind: "unreachable",
  detail: "it could not leave in time: Redis or the access token was slow",
};

/** @param now a clock that never goes back, in ms, and `lastDepartureAt` by it */
export function leavingInTime(
  account: AccountAccess,
  lastDepartureAt: number,
  now: () => number = () => performance.now(),
): AccountAccess {
  return {
    name: account.name,
    settings: account.settings,
    call: async (call, signal) => (now() > lastDepartureAt ? TOO_LATE : account.call(call, signal)),
    token: async (scope, signal) => account.token(scope, signal),
    dropToken: async (scope, token) => account.dropToken(scope, token),
    permitCheck: async (entity, signal) => account.permitCheck(entity, signal),
    permitCall: async (bucket, signal) => account.permitCall(bucket, signal),
    exhaustBudget: async (entity) => account.exhaustBudget(entity),
    claim: async (platformId, deliveryId) => account.claim(platformId, deliveryId),
    claimedBy: async (platformIds) => account.claimedBy(platformIds),
    recall: async (fact) => account.recall(fact),
    remember: async (fact, value) => account.remember(fact, value),
  };
}
