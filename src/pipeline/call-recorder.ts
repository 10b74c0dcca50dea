/**
 * An account seen through: how often the platform was called and answered, and why no token was to be had.
 *
 * A probe of the breaker is decided by what the platform was asked, not by what became of the delivery:
 * a send that needed no call, or a question that no token could be had for, proved nothing.
 */
import type { AccountAccess, TokenAnswer } from "../platforms/account-access.ts";
import type { PlatformAnswer } from "../platforms/platform-http.ts";

export type NoToken = Exclude<TokenAnswer, { kind: "token" }>;

export interface RecordedAccount {
  readonly account: AccountAccess;
  readonly calls: () => number;
  /** Whether the platform answered any of them, and not that the credentials are wrong. */
  readonly isAnswering: () => boolean;
  /** The last answer of a token endpoint that brought no token; null while there was none. */
  readonly noToken: () => NoToken | null;
}

export function watched(account: AccountAccess): RecordedAccount {
  let calls = 0;
  let isAnswering = false;
  let noToken: NoToken | null = null;
  return {
    account: accountWith(account, {
      call: async (call, signal) => {
        calls += 1;
        const answer = await account.call(call, signal);
        isAnswering ||= isHealthy(answer);
        return answer;
      },
      token: async (scope, signal, refused) => {
        const answer = await account.token(scope, signal, refused);
        if (answer.kind !== "token") noToken = answer;
        return answer;
      },
    }),
    calls: () => calls,
    isAnswering: () => isAnswering,
    noToken: () => noToken,
  };
}

function isHealthy(answer: PlatformAnswer): boolean {
  return answer.kind === "answered" && answer.status < 500 && answer.status !== 401 && answer.status !== 403;
}

/** The same account, but for these of its methods. */
export function accountWith(
  account: AccountAccess,
  replaced: Partial<Pick<AccountAccess, "call" | "token">>,
): AccountAccess {
  return {
    name: account.name,
    settings: account.settings,
    call: async (call, signal) => account.call(call, signal),
    token: async (scope, signal, refused) => account.token(scope, signal, refused),
    dropToken: async (scope, token) => account.dropToken(scope, token),
    permitCheck: async (entity, signal) => account.permitCheck(entity, signal),
    permitCall: async (bucket, signal) => account.permitCall(bucket, signal),
    exhaustBudget: async (entity) => account.exhaustBudget(entity),
    claim: async (platformId, deliveryId) => account.claim(platformId, deliveryId),
    claimEach: async (platformIds, deliveryId) => account.claimEach(platformIds, deliveryId),
    release: async (platformIds, owner) => account.release(platformIds, owner),
    delivery: async (id) => account.delivery(id),
    claimedBy: async (platformIds) => account.claimedBy(platformIds),
    recall: async (fact) => account.recall(fact),
    remember: async (fact, value) => account.remember(fact, value),
    ...replaced,
  };
}
