/**
 * The health of one account, read from its keys in Redis. The value of a token is never read here.
 */
import { z } from "zod";
import { FAILING_AHEAD_MS } from "../delivery/callback.ts";
import { DEAD_REASONS, SHOWN_STATUSES, type DeadReason, type ShownStatus } from "../delivery/record.ts";
import type { AccountHealth, HealthReader, Pause, SeenHealth } from "../operations/account-health.ts";
import { isWrongType } from "../operations/why-unavailable.ts";
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys } from "./keys.ts";
import { readKept } from "./stored-fields.ts";

const UNFINISHED = ["queued", "retrying", "confirming"] as const;

interface HealthOptions {
  readonly prefix: string;
  readonly account: string;
  /** The scopes of the account's tokens. */
  readonly scopes: readonly string[];
  /** Milliseconds of Redis' clock. */
  readonly now: () => number;
}

export class AccountHealthStore implements HealthReader {
  readonly #redis: ScriptedRedis;
  readonly #keys: AccountKeys;
  readonly #scopes: readonly string[];
  readonly #now: () => number;

  constructor(redis: ScriptedRedis, { prefix, account, scopes, now }: HealthOptions) {
    this.#redis = redis;
    this.#keys = new AccountKeys(prefix, account);
    this.#scopes = scopes;
    this.#now = now;
  }

  async read(): Promise<AccountHealth> {
    return this.#readBy(async (_of, reply) => reply);
  }

  async look(): Promise<SeenHealth> {
    const broken = new Set<string>();
    const health = await this.#readBy(async ({ key, otherwise }, reply) => {
      try {
        return await reply;
      } catch (error) {
        if (!isWrongType(error)) throw error;
        broken.add(key.slice(this.#keys.base.length));
        return otherwise;
      }
    });
    return { ...health, brokenKeys: [...broken].toSorted() };
  }

  async #readBy(of: ReadReply): Promise<AccountHealth> {
    const keys = this.#keys;
    const size = async (key: string): Promise<number> => of({ key, otherwise: 0 }, this.#redis.zcard(key));
    const first = async (key: string): Promise<string[]> =>
      of({ key, otherwise: [] }, this.#redis.zrange(key, 0, "0", "WITHSCORES"));
    const [counts, reasons, oldest, breaker, tokens, deadCallbacks, failingCallbacks, dead] =
      await Promise.all([
        Promise.all(SHOWN_STATUSES.map((status) => size(keys.status(status)))),
        Promise.all(DEAD_REASONS.map((reason) => size(keys.reason(reason)))),
        Promise.all(UNFINISHED.map((status) => first(keys.status(status)))),
        of({ key: keys.breaker, otherwise: [] }, this.#redis.hmget(keys.breaker, ...OF_BREAKER)),
        Promise.all(this.#scopes.map((scope) => this.#fetchedAt(keys.token(scope), of))),
        size(keys.deadCallbacks),
        of(
          { key: keys.callbackDue, otherwise: 0 },
          this.#redis.zcount(keys.callbackDue, this.#now() + FAILING_AHEAD_MS, "+inf"),
        ),
        first(keys.status("dead")),
      ]);
    const oldestAt = oldest.flatMap(([, score]) => (score === undefined ? [] : [Number(score)]));
    const [state, until, paused, pausedUntil, checkState, checkUntil] = breaker;
    return {
      counts: Object.fromEntries(SHOWN_STATUSES.map((status, i) => [status, counts[i] ?? 0])) as Record<
        ShownStatus,
        number
      >,
      reasons: Object.fromEntries(DEAD_REASONS.map((reason, i) => [reason, reasons[i] ?? 0])) as Record<
        DeadReason,
        number
      >,
      oldestAt: oldestAt.length === 0 ? null : Math.min(...oldestAt),
      oldestDeadAt: dead[1] === undefined ? null : Number(dead[1]),
      deadCallbacks,
      failingCallbacks,
      pause: pauseOf({ paused, pausedUntil }, this.#now()),
      breaker: breakerOf({ state, until }, { state: checkState, until: checkUntil }),
      tokens: this.#scopes.map((scope, i) => {
        const fetchedAt = tokens[i];
        return { scope, fetchedAt: fetchedAt == null ? null : Number(fetchedAt) };
      }),
    };
  }

  async #fetchedAt(key: string, of: ReadReply): Promise<string | null> {
    return of({ key, otherwise: null }, this.#redis.hget(key, "fetchedAt"));
  }
}

const OF_BREAKER = ["state", "until", "paused", "pausedUntil", "checkState", "checkUntil"] as const;

/** The reply, or what stands in its place if the key holds a value of another type. */
type ReadReply = <T>(of: { readonly key: string; readonly otherwise: T }, reply: Promise<T>) => Promise<T>;

interface StoredBreaker {
  readonly state: string | null | undefined;
  readonly until: string | null | undefined;
}

/** As report-calls.lua returns it. */
function breakerOf(sends: StoredBreaker, checks: StoredBreaker): AccountHealth["breaker"] {
  if (sends.state === "held") return { state: "held", until: momentOf(sends), of: "all" };
  const isOpen = [sends, checks].filter(({ state }) => state === "open");
  const [first, second] = isOpen;
  if (first === undefined) return { state: "closed", until: null, of: null };
  const of = second !== undefined ? "all" : first === sends ? "sends" : "checks";
  const moments = isOpen.map(momentOf).filter((at) => at !== null);
  return { state: "open", until: moments.length === 0 ? null : Math.min(...moments), of };
}

function momentOf({ until }: StoredBreaker): number | null {
  return until == null || until === "0" ? null : Number(until);
}

const pauseSchema = z.object({ by: z.string(), note: z.string().nullable(), since: z.number() });

/**
 * Null where there is no pause, or its planned end has come. A pause that an earlier version stored, or that
 * cannot be read, has no details: nothing is sent all the same.
 */
function pauseOf(
  { paused, pausedUntil }: Readonly<Record<"paused" | "pausedUntil", string | null | undefined>>,
  now: number,
): Pause | null {
  if (paused == null) return null;
  const end = pausedUntil == null || pausedUntil === "" ? Number.NaN : Number(pausedUntil);
  const until = Number.isFinite(end) ? end : null;
  if (until !== null && until <= now) return null;
  const words = readKept(pauseSchema, paused) ?? { by: "", note: null, since: 0 };
  return { ...words, until };
}
