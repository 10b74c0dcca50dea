/**
 * Wraps an account, and records how often the platform was called and answered, and why there was no token.
 *
 * A probe of the breaker is decided by what the platform was asked, not by what became of the delivery:
 * a send that needed no call, or a check that got no token, proved nothing.
 */
import type { DeliveryRequest } from "../delivery/record.ts";
import type { AccountAccess, TokenAnswer } from "../platforms/account-access.ts";
import type { Emit } from "../telemetry/events.ts";
import type { PlatformAnswer, PlatformCall } from "../platforms/platform-http.ts";

type NoToken = Exclude<TokenAnswer, { kind: "token" }>;

export interface RecordedAccount {
  readonly account: AccountAccess;
  /** Those that were too late for their permit have asked nothing. */
  readonly calls: () => number;
  /** How often a call of the platform or a wish for a token has begun or ended. */
  readonly uses: () => number;
  /** Whether the platform answered any of them, and not that the credentials are wrong. */
  readonly isAnswering: () => boolean;
  /** The last answer of a token endpoint that brought no token; null while there was none. */
  readonly noToken: () => NoToken | null;
  /** Whether this error came out of the account, and not out of whoever used it. */
  readonly threw: (error: unknown) => boolean;
  /** Its number in this process; null where calls are not reported. */
  readonly attempt: number | null;
}

/** Whether calls are reported, and to whom. */
interface Tracing {
  readonly emit: Emit;
  readonly isTraced?: boolean;
}

type Caller = Pick<DeliveryRequest, "id" | "traceparent">;

let lastAttempt = 0;

/** @param callers the deliveries that the account is used for */
export function recordCalls(
  account: AccountAccess,
  { emit, isTraced = false }: Tracing,
  callers: readonly Caller[],
): RecordedAccount {
  const attempt = isTraced ? (lastAttempt += 1) : null;
  let begun = 0;
  let calls = 0;
  let uses = 0;
  let isAnswering = false;
  let noToken: NoToken | null = null;
  const thrown = new Set<unknown>();
  const note = (error: unknown): void => void thrown.add(error);
  return {
    account: accountWith(
      account,
      {
        call: async (call, signal) => {
          begun += 1;
          uses += 1;
          const number = begun;
          const startedAt = attempt === null ? 0 : performance.now();
          let answer: PlatformAnswer;
          try {
            answer = await account.call(call, signal);
          } catch (error) {
            note(error);
            throw error;
          }
          uses += 1;
          if (hasAsked(answer)) calls += 1;
          if (attempt !== null) {
            const durationMs = performance.now() - startedAt;
            emit({
              ...calledEvent(call, answer, callers),
              account: account.name,
              attempt,
              number,
              durationMs,
            });
          }
          isAnswering ||= isHealthy(answer);
          return answer;
        },
        token: async (scope, signal, refused) => {
          uses += 1;
          let answer: TokenAnswer;
          try {
            answer = await account.token(scope, signal, refused);
          } catch (error) {
            note(error);
            throw error;
          }
          uses += 1;
          if (answer.kind !== "token") noToken = answer;
          return answer;
        },
      },
      note,
    ),
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

type OnError = (error: unknown) => void;

/**
 * The same account, but for these of its methods.
 *
 * @param onError called with each error that one of the others throws
 */
export function accountWith(
  account: AccountAccess,
  replaced: Partial<Pick<AccountAccess, "call" | "token">>,
  onError: OnError | null = null,
): AccountAccess {
  return new AccountBehind(account, replaced, onError);
}

/** Each send has two of these, and uses a few of the methods: those alone are made, when they are asked for. */
class AccountBehind implements AccountAccess {
  readonly name: string;
  readonly settings: AccountAccess["settings"];
  readonly #account: AccountAccess;
  readonly #replaced: Partial<Pick<AccountAccess, "call" | "token">>;
  readonly #onError: OnError | null;

  constructor(
    account: AccountAccess,
    replaced: Partial<Pick<AccountAccess, "call" | "token">>,
    onError: OnError | null,
  ) {
    this.name = account.name;
    this.settings = account.settings;
    this.#account = account;
    this.#replaced = replaced;
    this.#onError = onError;
  }

  get call(): AccountAccess["call"] {
    return this.#replaced.call ?? ((call, signal) => this.#noting(this.#account.call(call, signal)));
  }

  get token(): AccountAccess["token"] {
    return (
      this.#replaced.token ??
      ((scope, signal, refused) => this.#noting(this.#account.token(scope, signal, refused)))
    );
  }

  get dropToken(): AccountAccess["dropToken"] {
    return (scope, token) => this.#noting(this.#account.dropToken(scope, token));
  }

  get permitCheck(): AccountAccess["permitCheck"] {
    return (entity, signal) => this.#noting(this.#account.permitCheck(entity, signal));
  }

  get permitCall(): AccountAccess["permitCall"] {
    return (bucket, signal) => this.#noting(this.#account.permitCall(bucket, signal));
  }

  get exhaustBudget(): AccountAccess["exhaustBudget"] {
    return (entity) => this.#noting(this.#account.exhaustBudget(entity));
  }

  get claim(): AccountAccess["claim"] {
    return (platformId, deliveryId) => this.#noting(this.#account.claim(platformId, deliveryId));
  }

  get claimEach(): AccountAccess["claimEach"] {
    return (platformIds, deliveryId) => this.#noting(this.#account.claimEach(platformIds, deliveryId));
  }

  get release(): AccountAccess["release"] {
    return (platformIds, owner) => this.#noting(this.#account.release(platformIds, owner));
  }

  get delivery(): AccountAccess["delivery"] {
    return (id) => this.#noting(this.#account.delivery(id));
  }

  get claimedBy(): AccountAccess["claimedBy"] {
    return (platformIds) => this.#noting(this.#account.claimedBy(platformIds));
  }

  get recall(): AccountAccess["recall"] {
    return (fact) => this.#noting(this.#account.recall(fact));
  }

  get remember(): AccountAccess["remember"] {
    return (fact, value) => this.#noting(this.#account.remember(fact, value));
  }

  #noting<T>(work: Promise<T>): Promise<T> {
    return this.#onError === null ? work : noting(work, this.#onError);
  }
}

/** The same work; `onError` is called before whoever waits for it learns of the error. */
function noting<T>(work: Promise<T>, onError: OnError): Promise<T> {
  return work.catch((error: unknown) => {
    onError(error);
    throw error;
  });
}

/** What was too late to leave has asked nothing. */
function hasAsked(answer: PlatformAnswer): boolean {
  return answer.kind !== "notPermitted" && !(answer.kind === "unreachable" && answer.isLate === true);
}
