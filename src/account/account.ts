/**
 * One account in a worker: the wire, tokens and limits that its channels use.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type {
  AccountAccess,
  AccountSettings,
  OtherDelivery,
  Permit,
  TokenAnswer,
  TokenSource,
} from "../platforms/account-access.ts";
import type { PlatformAnswer, PlatformCall, Wire } from "../platforms/platform-http.ts";
import { LatestDeparture } from "../platforms/http/latest-departure.ts";
import { readAccepted } from "../delivery/exact-json.ts";
import type { Delivery } from "../delivery/record.ts";
import { AccessTokens } from "./access-token.ts";
import type { CallMonitor } from "./calls.ts";
import type { AccountLimits } from "./limits.ts";
import type { CheckPermission, SharedAccount } from "./ports.ts";

export interface AccountParts {
  readonly name: string;
  readonly settings: AccountSettings;
  readonly limits: AccountLimits;
  readonly store: SharedAccount;
  readonly deliveries: {
    get(id: string): Promise<Delivery | "unreadable" | null>;
    payload(id: string): Promise<string | null>;
    /** What is kept of a trimmed delivery's payload; null for any other. */
    remains(id: string): Promise<string | null>;
  };
  readonly tokenSource: TokenSource;
  readonly wire: Pick<Wire, "call" | "keepsGuards">;
  readonly calls: CallMonitor;
}

export class Account implements AccountAccess {
  readonly name: string;
  readonly settings: AccountSettings;
  readonly limits: AccountLimits;
  readonly #wire: AccountParts["wire"];
  readonly #calls: CallMonitor;
  readonly #store: SharedAccount;
  readonly #deliveries: AccountParts["deliveries"];
  readonly #tokens: AccessTokens;

  constructor(parts: AccountParts) {
    this.name = parts.name;
    this.settings = parts.settings;
    this.limits = parts.limits;
    this.#wire = parts.wire;
    this.#calls = parts.calls;
    this.#store = parts.store;
    this.#deliveries = parts.deliveries;
    this.#tokens = new AccessTokens(parts.store, counted(parts.tokenSource, parts.calls));
  }

  async call(call: PlatformCall, signal: AbortSignal): Promise<PlatformAnswer> {
    const isSend = call.guard != null;
    const { leaveBy = isSend ? undefined : new LatestDeparture(DEPARTS_WITHIN_MS) } = call;
    const timed = { ...call, leaveBy };
    let answer: PlatformAnswer = TOO_LATE;
    try {
      if (mayBeHandedTo(this.#wire, timed)) answer = await this.#wire.call(timed, signal);
    } catch (error) {
      answer = answerOfThrown(error, timed);
    }
    if (answer.kind === "unreachable" && answer.isLate === true)
      return isSend ? answer : { kind: "notPermitted", retryAfterMs: this.limits.checkBudget.marginMs };
    // A call that could not be written says nothing about the platform.
    if (answer.kind !== "invalid")
      this.#calls.count(isSend ? "send" : "check", answer.kind === "answered" && answer.status < 500);
    if (answer.kind === "answered" && answer.status === TOO_MANY) this.#calls.throttled();
    return answer;
  }

  token(
    scope: string,
    { signal, refused }: { readonly signal: AbortSignal; readonly refused?: string | undefined },
  ): Promise<TokenAnswer> {
    return this.#tokens.get(scope, { signal, refused });
  }

  async dropToken(scope: string, token: string): Promise<void> {
    await this.#tokens.drop(scope, token);
  }

  permitCheck(entity: string, signal: AbortSignal): Promise<Permit> {
    const { marginMs } = this.limits.checkBudget;
    // A window counts from the time at which Redis granted the permit. A call that leaves long after that,
    // because Redis, a connection or a stopped process took its time, would fall into a later window.
    const latest = new LatestDeparture(marginMs * MARGIN_TO_LEAVE_IN);
    const inTime = (permit: Permit): Permit => {
      const isLate = permit.kind === "granted" && permit.leaveBy?.isPast() === true;
      return isLate ? { kind: "denied", retryAfterMs: marginMs } : permit;
    };
    return this.#store.permitCheck(entity, this.limits).then((permission) => {
      this.#calls.budgetAsked(permission.kind === "denied");
      const permit = leaveWhenPermitted(permission, { latest, signal });
      return permit instanceof Promise ? permit.then(inTime) : inTime(permit);
    });
  }

  async permitCall(bucket: string, signal: AbortSignal): Promise<Permit> {
    const latest = new LatestDeparture(DEPARTS_WITHIN_MS);
    const permission = await this.#store.permitCall(bucket, this.limits);
    const isDenied = permission.kind === "denied";
    this.#calls.rateWaited(bucket, { waitedMs: isDenied ? 0 : permission.waitMs, isDenied });
    return leaveWhenPermitted(permission, { latest, signal });
  }

  async claim(platformId: string, deliveryId: string): Promise<boolean> {
    return this.#store.claim(platformId, deliveryId);
  }

  claimEach(platformIds: readonly string[], deliveryId: string): Promise<readonly string[]> {
    return this.#store.claimEach(platformIds, deliveryId);
  }

  async release(platformIds: readonly string[], owner: string): Promise<void> {
    await this.#store.release(platformIds, owner);
  }

  async delivery(id: string): Promise<OtherDelivery | null> {
    const [found, payload] = await Promise.all([this.#deliveries.get(id), this.#deliveries.payload(id)]);
    if (found === "unreadable" || found === null) return null;
    const remains = payload === null ? await this.#deliveries.remains(id) : null;
    return { ...found, payload: readAccepted(payload), remains };
  }

  claimedBy(platformIds: readonly string[]): Promise<readonly (string | null)[]> {
    return this.#store.claimedBy(platformIds);
  }

  async recall(fact: string): Promise<string | null> {
    return this.#store.recall(fact);
  }

  async remember(fact: string, value: string): Promise<void> {
    await this.#store.remember(fact, value);
  }

  async exhaustBudget(entity: string): Promise<number> {
    this.#calls.throttled();
    return this.#store.exhaustBudget(entity, this.limits.checkBudget);
  }
}

/** HTTP: Too Many Requests. */
const TOO_MANY = 429;

/** How long after its permit a check may leave: otherwise checks that waited could leave in a burst, above the rate. */
const DEPARTS_WITHIN_MS = 5_000;
/** The share of the window's margin in which a call may leave. The rest is for the way to the platform. */
const MARGIN_TO_LEAVE_IN = 0.8;

const TOO_LATE: PlatformAnswer = { kind: "unreachable", detail: "it could not leave in time", isLate: true };

/**
 * Whether the call may be passed to the wire. The wire of a platform from outside may not check guards, so they
 * are checked here.
 */
function mayBeHandedTo(wire: AccountParts["wire"], { guard, leaveBy }: PlatformCall): boolean {
  return wire.keepsGuards === true || (leaveBy?.isPast() !== true && guard?.leave() !== false);
}

/** The answer for an error that the wire of a platform from outside has thrown. */
function answerOfThrown(error: unknown, { guard }: PlatformCall): PlatformAnswer {
  // Nothing was handed to a socket, so this is no answer of the platform.
  if (guard?.leftAt === null) throw error;
  const name = error instanceof Error ? error.name : "unknown cause";
  return { kind: "lost", cause: "connection", detail: `the way to the platform broke (${name})` };
}

/** Counts token calls too: if tokens cannot be fetched, no other call would show the outage. */
function counted(source: TokenSource, calls: CallMonitor): TokenSource {
  return {
    fetch: async ({ scope, refreshToken }, signal) => {
      const startedAt = performance.now();
      const fetched = await source.fetch({ scope, refreshToken }, signal);
      const durationMs = Math.round(performance.now() - startedAt);
      calls.tokenFetched({ scope, outcome: fetched.kind, durationMs });
      calls.count("all", fetched.kind !== "unreachable");
      return fetched;
    },
  };
}

/** @param latest measured from before Redis was asked */
function leaveWhenPermitted(
  permission: CheckPermission,
  { latest, signal }: { readonly latest: LatestDeparture; readonly signal: AbortSignal },
): Permit | Promise<Permit> {
  if (permission.kind === "denied") return permission;
  const { waitMs } = permission;
  if (waitMs <= 0) return { kind: "granted", leaveBy: latest };
  const permit: Permit = { kind: "granted", leaveBy: latest.after(waitMs) };
  return sleep(waitMs, permit, { signal });
}
