/**
 * An account as one send or one round of checks uses it. It records how often the platform was called and
 * answered, and why a token was missing.
 *
 * A probe of the breaker is decided by what the platform was asked, not by what became of the delivery:
 * a send that needed no call, or a check that got no token, proved nothing.
 */
import type { DeliveryRequest } from "../delivery/record.ts";
import type { AccountAccess, TokenAnswer } from "../platforms/account-access.ts";
import type { Emit } from "../telemetry/events.ts";
import type { PlatformAnswer, PlatformCall } from "../platforms/platform-http.ts";

type NoToken = Exclude<TokenAnswer, { kind: "token" }>;

/** Where calls are reported. */
interface Tracing {
  readonly emit: Emit;
  readonly isTraced?: boolean;
}

type Caller = Pick<DeliveryRequest, "id" | "traceparent">;

let lastAttempt = 0;

export class RecordedAccount implements AccountAccess {
  readonly name: string;
  readonly settings: AccountAccess["settings"];
  /** The number of this send or round in the process; null where calls are not reported. */
  readonly attempt: number | null;
  readonly #account: AccountAccess;
  readonly #emit: Emit;
  readonly #callers: readonly Caller[];
  #begun = 0;
  #calls = 0;
  #uses = 0;
  #isAnswering = false;
  #noToken: NoToken | null = null;
  #thrown: Set<unknown> | null = null;

  /** @param callers the deliveries for which the account is used */
  constructor(
    account: AccountAccess,
    {
      tracing: { emit, isTraced = false },
      callers,
    }: { readonly tracing: Tracing; readonly callers: readonly Caller[] },
  ) {
    this.name = account.name;
    this.settings = account.settings;
    this.attempt = isTraced ? (lastAttempt += 1) : null;
    this.#account = account;
    this.#emit = emit;
    this.#callers = callers;
  }

  /** How many calls were made. Calls that were too late for their permit do not count. */
  get calls(): number {
    return this.#calls;
  }

  /** How many calls and token requests have begun or ended: a change shows that the channel is at work. */
  get uses(): number {
    return this.#uses;
  }

  /** Whether the platform answered any call otherwise than by refusing the credentials. */
  get isAnswering(): boolean {
    return this.#isAnswering;
  }

  /** The last answer of a token endpoint that brought no token; null while there was none. */
  get noToken(): NoToken | null {
    return this.#noToken;
  }

  /** Whether this error was thrown by the account, not by the code that uses it. */
  threw(error: unknown): boolean {
    return this.#thrown?.has(error) === true;
  }

  // A channel may destructure its account, so each method is a bound function, made when it is first used.

  get call(): AccountAccess["call"] {
    return (call, signal) => this.callPlatform(call, signal);
  }

  get token(): AccountAccess["token"] {
    return (scope, { signal, refused }) => this.#getToken(scope, { signal, refused });
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

  protected callPlatform(call: PlatformCall, signal: AbortSignal): Promise<PlatformAnswer> {
    this.#begun += 1;
    this.#uses += 1;
    const number = this.#begun;
    const startedAt = this.attempt === null ? 0 : performance.now();
    return this.#noting(this.#account.call(call, signal), (answer) => {
      this.#uses += 1;
      if (hasAsked(answer)) this.#calls += 1;
      this.#isAnswering ||= isHealthy(answer);
      this.#report(call, { answer, number, startedAt });
      return answer;
    });
  }

  #report(
    call: PlatformCall,
    {
      answer,
      number,
      startedAt,
    }: { readonly answer: PlatformAnswer; readonly number: number; readonly startedAt: number },
  ): void {
    const { name: account, attempt } = this;
    if (attempt === null) return;
    const durationMs = performance.now() - startedAt;
    this.#emit({
      ...calledEvent(call, { answer, callers: this.#callers }),
      account,
      attempt,
      number,
      durationMs,
    });
  }

  #getToken(
    scope: string,
    { signal, refused }: { readonly signal: AbortSignal; readonly refused: string | undefined },
  ): Promise<TokenAnswer> {
    this.#uses += 1;
    return this.#noting(this.#account.token(scope, { signal, refused }), (answer) => {
      this.#uses += 1;
      if (answer.kind !== "token") this.#noToken = answer;
      return answer;
    });
  }

  /** Returns the same result or error; an error is recorded before the caller sees it. */
  #noting<T>(work: Promise<T>, heard?: (result: T) => T): Promise<T> {
    return work.then(heard, (error: unknown) => {
      this.#thrown ??= new Set();
      this.#thrown.add(error);
      throw error;
    });
  }
}

/** Without the query, which may hold a token, and without the bodies of request and answer. */
function calledEvent(
  { method, path }: PlatformCall,
  { answer, callers }: { readonly answer: PlatformAnswer; readonly callers: readonly Caller[] },
) {
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

/** False for a call that was too late to leave. */
function hasAsked(answer: PlatformAnswer): boolean {
  return answer.kind !== "notPermitted" && !(answer.kind === "unreachable" && answer.isLate === true);
}
