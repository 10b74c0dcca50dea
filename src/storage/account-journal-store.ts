/**
 * Two short lists of an account, the latest first: its errors, and the changes of its breaker. They are written
 * in batches now and then, and read when a person looks at the account.
 */
import { z } from "zod";
import type {
  AccountDetail,
  AccountDetailReader,
  AccountError,
  AccountTrouble,
  BreakerChange,
} from "../operations/account-journal.ts";
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys, type AccountScope } from "./keys.ts";
import { readKept } from "./stored-fields.ts";

/** The most entries of each list. */
export const MOST_IN_JOURNAL = 50;
const KEPT_MS = 30 * 86_400_000;

const errorSchema = z.object({
  at: z.number(),
  of: z.enum(["send", "check", "token", "account"]),
  id: z.string().nullable(),
  operation: z.string().nullable(),
  outcome: z.string(),
  detail: z.string().nullable(),
}) satisfies z.ZodType<AccountError>;

const changeSchema = z.object({
  at: z.number(),
  state: z.string(),
  until: z.number().nullable(),
  of: z.enum(["all", "sends", "checks"]).nullable().default(null),
}) satisfies z.ZodType<BreakerChange>;

interface DetailOptions extends AccountScope {
  /** The names of the account's rates. */
  readonly buckets: readonly string[];
  /** The scopes of the account's tokens. */
  readonly scopes: readonly string[];
  /** The accounts that its messages are mirrored to. */
  readonly mirrorsTo: readonly string[];
  /** Milliseconds of Redis' clock. */
  readonly now: () => number;
}

export class AccountJournalStore {
  readonly #redis: ScriptedRedis;
  readonly #keys: AccountKeys;

  constructor(redis: ScriptedRedis, { prefix, account }: AccountScope) {
    this.#redis = redis;
    this.#keys = new AccountKeys(prefix, account);
  }

  /** Adds entries; those given are the oldest first. Each list keeps its latest `MOST_IN_JOURNAL`. */
  async write({ errors, breaker }: AccountTrouble): Promise<void> {
    const lists = [
      [this.#keys.latestErrors, errors],
      [this.#keys.breakerChanges, breaker],
    ] as const;
    const writing = this.#redis.multi();
    for (const [key, entries] of lists) {
      if (entries.length === 0) continue;
      writing.lpush(key, ...entries.map((entry) => JSON.stringify(entry)));
      writing.ltrim(key, 0, MOST_IN_JOURNAL - 1).pexpire(key, KEPT_MS);
    }
    await writing.exec();
  }
}

export class AccountDetailStore implements AccountDetailReader {
  readonly #redis: ScriptedRedis;
  readonly #keys: AccountKeys;
  readonly #options: DetailOptions;

  constructor(redis: ScriptedRedis, options: DetailOptions) {
    this.#redis = redis;
    this.#keys = new AccountKeys(options.prefix, options.account);
    this.#options = options;
  }

  async read(): Promise<AccountDetail> {
    const { buckets, scopes, mirrorsTo, now } = this.#options;
    const [errors, changes, free, lasts, mirrors] = await Promise.all([
      this.#redis.lrange(this.#keys.latestErrors, 0, MOST_IN_JOURNAL - 1),
      this.#redis.lrange(this.#keys.breakerChanges, 0, MOST_IN_JOURNAL - 1),
      buckets.length === 0 ? [] : this.#redis.mget(...buckets.map((bucket) => this.#keys.rate(bucket))),
      Promise.all(scopes.map((scope) => this.#redis.pttl(this.#keys.token(scope)))),
      Promise.all(mirrorsTo.map((to) => this.#mirror(to))),
    ]);
    const waitMs = buckets.map((bucket, at): [string, number] => [
      bucket,
      // A bucket holds the time at which its next place is free, in microseconds.
      Math.max(0, Math.round(Number(free[at] ?? 0) / 1_000 - now())),
    ]);
    return {
      errors: read<AccountError>(errorSchema, errors),
      breaker: read<BreakerChange>(changeSchema, changes),
      waitMs: Object.fromEntries(waitMs),
      // PTTL is negative for a key that does not exist.
      tokenLastsMs: Object.fromEntries(
        scopes.map((scope, at) => [scope, (lasts[at] ?? -1) < 0 ? null : (lasts[at] ?? null)]),
      ),
      mirrors,
    };
  }

  async #mirror(to: string): Promise<AccountDetail["mirrors"][number]> {
    const [until, unmapped] = await Promise.all([
      this.#redis.get(this.#keys.mirrored(to)),
      this.#unmapped(to),
    ]);
    return { to, until: until === null ? null : Number(until), unmapped };
  }

  async #unmapped(to: string): Promise<AccountDetail["mirrors"][number]["unmapped"]> {
    // There may be very many staff ids without a recipient: those with the most messages are shown.
    const counted = await this.#redis.hgetall(this.#keys.unmapped(to));
    return Object.entries(counted)
      .map(([staffId, messages]) => ({ staffId, messages: Number(messages) }))
      .toSorted((a, b) => b.messages - a.messages)
      .slice(0, MOST_IN_JOURNAL);
  }
}

/** Sorted by time, because several processes write to the list, each at its own pace. */
function read<T extends { readonly at: number }>(schema: z.ZodType<T>, texts: readonly string[]): T[] {
  return texts
    .flatMap((text) => {
      const entry = readKept<T>(schema, text);
      return entry === null ? [] : [entry];
    })
    .toSorted((a, b) => b.at - a.at);
}
