/**
 * An account seen through: how often the platform was called and answered, and why no token was to be had.
 *
 * A probe of the breaker is decided by what the platform was asked, not by what became of the delivery:
 * a send that needed no call, or a question that no token could be had for, proved nothing.
 */
import type { DeliveryRequest } from "../delivery/record.ts";
import type { AccountAccess, TokenAnswer } from "../platforms/account-access.ts";
import type { Emit } from "../telemetry/events.ts";
import type { PlatformAnswer, PlatformCall } from "../platforms/platform-http.ts";

type NoToken = Exclude<TokenAnswer, { kind: "token" }>;

export interface RecordedAccount {
  readonly account: AccountAccess;
  readonly calls: () => number;
  /** How often a call of the platform or a wish for a token has begun or ended. */
  readonly uses: () => number;
  /** Whether the platform answered any of them, and not that the credentials are wrong. */
  readonly isAnswering: () => boolean;
  /** The last answer of a token endpoint that brought no token; null while there was none. */
  readonly noToken: () => NoToken | null;
  /** Whether this error came out of the account, and not out of whoever used it. */
  readonly threw: (error: unknown) => boolean;
  /** Its number in this process; null where calls are not told of. */
  readonly attempt: number | null;
}

/** Whether calls are told of, and to whom. */
interface Tracing {
  readonly emit: Emit;
  readonly isTraced?: boolean;
}

type Caller = Pick<DeliveryRequest, "id" | "traceparent">;

let lastAttempt = 0;

/** @param callers the deliveries that the account is used for */
export function watched(
  account: AccountAccess,
  { emit, isTraced = false }: Tracing,
  callers: readonly Caller[],
): RecordedAccount {
  const attempt = isTraced ? (lastAttempt += 1) : null;
  let calls = 0;
  let uses = 0;
  let isAnswering = false;
  let noToken: NoToken | null = null;
  const thrown = new Set<unknown>();
  const noted = accountWith(account, {}, (error) => void thrown.add(error));
  return {
    account: {
      ...noted,
      call: async (call, signal) => {
        calls += 1;
        uses += 1;
        const number = calls;
        const startedAt = performance.now();
        const answer = await noted.call(call, signal);
        uses += 1;
        const durationMs = performance.now() - startedAt;
        if (attempt !== null)
          emit({ ...calledEvent(call, answer, callers), account: account.name, attempt, number, durationMs });
        isAnswering ||= isHealthy(answer);
        return answer;
      },
      token: async (scope, signal, refused) => {
        uses += 1;
        const answer = await noted.token(scope, signal, refused);
        uses += 1;
        if (answer.kind !== "token") noToken = answer;
        return answer;
      },
    },
    calls: () => calls,
    uses: () => uses,
    isAnswering: () => isAnswering,
    noToken: () => noToken,
    attempt,
    threw: (error) => thrown.has(error),
  };
}

/** Neither the query, which may hold a token, nor what was asked or answered. */
function calledEvent({ method, path }: PlatformCall, answer: PlatformAnswer, callers: readonly Caller[]) {
  return {
    event: "platform.called",
    method,
    path: path.split("?")[0] ?? "",
    outcome: answer.kind,
    status: answer.kind === "answered" ? answer.status : null,
    deliveries: callers.map(({ id, traceparent }) => ({ id, traceparent })),
  } as const;
}

function isHealthy(answer: PlatformAnswer): boolean {
  return answer.kind === "answered" && answer.status < 500 && answer.status !== 401 && answer.status !== 403;
}

type Told = (error: unknown) => void;

/**
 * The same account, but for these of its methods.
 *
 * @param tell called with each error that one of the others throws
 */
export function accountWith(
  account: AccountAccess,
  replaced: Partial<Pick<AccountAccess, "call" | "token">>,
  tell: Told = () => undefined,
): AccountAccess {
  const told = telling(tell);
  return {
    name: account.name,
    settings: account.settings,
    call: told(async (call, signal) => account.call(call, signal)),
    token: told(async (scope, signal, refused) => account.token(scope, signal, refused)),
    dropToken: told(async (scope, token) => account.dropToken(scope, token)),
    permitCheck: told(async (entity, signal) => account.permitCheck(entity, signal)),
    permitCall: told(async (bucket, signal) => account.permitCall(bucket, signal)),
    exhaustBudget: told(async (entity) => account.exhaustBudget(entity)),
    claim: told(async (platformId, deliveryId) => account.claim(platformId, deliveryId)),
    claimEach: told(async (platformIds, deliveryId) => account.claimEach(platformIds, deliveryId)),
    release: told(async (platformIds, owner) => account.release(platformIds, owner)),
    delivery: told(async (id) => account.delivery(id)),
    claimedBy: told(async (platformIds) => account.claimedBy(platformIds)),
    recall: told(async (fact) => account.recall(fact)),
    remember: told(async (fact, value) => account.remember(fact, value)),
    ...replaced,
  };
}

function telling(tell: Told) {
  return <Args extends readonly unknown[], T>(act: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      try {
        return await act(...args);
      } catch (error) {
        tell(error);
        throw error;
      }
    };
}
