/**
 * Bulk actions in Redis: what was asked for, how far it has come, and when its next round is due.
 */
import { z } from "zod";
import {
  ACTION_KINDS,
  ACTION_STATUSES,
  type ActionLease,
  type Actions,
  type BulkAction,
  type FailedItem,
} from "../operations/bulk-action.ts";
import { deadLetterFilter } from "../operations/dead-letter-filter.ts";
import type { Place } from "../operations/ports.ts";
import type { ScriptedRedis } from "./connection.ts";
import { InstallationKeys } from "./installation-keys.ts";
import { readKept } from "./stored-fields.ts";
import { argsOf, LEASE_ACTION, SAVE_ACTION } from "./scripts.ts";

/** Older actions can still be read by their ids. */
const MOST_LISTED = 10_000;
const KEPT_AFTER_ITS_END_MS = 7 * 24 * 3_600_000;
const MOST_FAILED = 10_000;
/** How long failed items are kept after the latest failure: longer than the action itself. */
const FAILED_KEPT_MS = 8 * 24 * 3_600_000;

const actionSchema = z.object({
  id: z.string(),
  kind: z.enum(ACTION_KINDS),
  status: z.enum(ACTION_STATUSES),
  dryRun: z.boolean(),
  filter: deadLetterFilter,
  edit: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("set"), pointer: z.string(), value: z.string() }),
      z.object({ kind: z.literal("replace"), pointer: z.string(), find: z.string(), with: z.string() }),
    ])
    .nullable()
    .default(null),
  accounts: z.array(z.string()).nullable().default(null),
  repeats: z.string().nullable().default(null),
  by: z.string(),
  note: z.string().nullable(),
  ratePerSecond: z.number(),
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
  after: z.object({ at: z.number(), id: z.string() }).nullable(),
  total: z.number(),
  looked: z.number(),
  matched: z.number(),
  done: z.number(),
  skipped: z.number(),
  failed: z.number(),
}) satisfies z.ZodType<BulkAction>;

const failedSchema = z.object({
  id: z.string(),
  account: z.string(),
  key: z.string().nullable(),
  detail: z.string(),
}) satisfies z.ZodType<FailedItem>;

/** @param rate the rate that a person has set since it began; null if none */
function parse(text: string, rate: string | null): BulkAction | null {
  const action = readKept<BulkAction>(actionSchema, text);
  return action === null || rate === null ? action : { ...action, ratePerSecond: Number(rate) };
}

/** A placeholder, so that later items keep their positions. It names no account, so nobody acts on it. */
const UNREADABLE_ITEM: FailedItem = {
  id: "",
  account: "",
  key: null,
  detail: "its record cannot be read",
};

interface FoundAction {
  readonly action: BulkAction;
  readonly version: number;
}

export class ActionStore implements Actions {
  readonly #redis: ScriptedRedis;
  readonly #keys: InstallationKeys;
  /** Ids of due actions that this process cannot read; a process of a later version may. */
  readonly #unreadable = new Set<string>();

  constructor(redis: ScriptedRedis, prefix: string) {
    this.#redis = redis;
    this.#keys = new InstallationKeys(prefix);
  }

  async add(action: BulkAction): Promise<void> {
    await this.#redis
      .multi()
      .hset(this.#keys.action(action.id), "action", JSON.stringify(action), "version", 1)
      .zadd(this.#keys.actionsDue, action.startedAt, action.id)
      .zadd(this.#keys.allActions, action.startedAt, action.id)
      .zremrangebyrank(this.#keys.allActions, 0, -MOST_LISTED - 1)
      .exec();
  }

  async changeRate(id: string, ratePerSecond: number): Promise<void> {
    await this.#redis.hset(this.#keys.action(id), "rate", ratePerSecond);
  }

  async addFailed(id: string, items: readonly FailedItem[]): Promise<void> {
    const key = this.#keys.failedItems(id);
    await this.#redis
      .multi()
      .rpush(key, ...items.map((item) => JSON.stringify(item)))
      .ltrim(key, 0, MOST_FAILED - 1)
      .pexpire(key, FAILED_KEPT_MS)
      .exec();
  }

  async failed(
    id: string,
    { from, most }: { readonly from: number; readonly most: number },
  ): Promise<FailedItem[]> {
    const texts = await this.#redis.lrange(this.#keys.failedItems(id), from, from + most - 1);
    return texts.map((text) => readKept<FailedItem>(failedSchema, text) ?? UNREADABLE_ITEM);
  }

  /** Null if there is no such action, or it cannot be read. */
  async get(id: string): Promise<FoundAction | null> {
    const found = await this.#read(id);
    return typeof found === "string" ? null : found;
  }

  async #read(id: string): Promise<FoundAction | "gone" | "unreadable"> {
    const [text, version, rate] = await this.#redis.hmget(this.#keys.action(id), "action", "version", "rate");
    if (text == null) return "gone";
    const action = parse(text, rate ?? null);
    return action === null ? "unreadable" : { action, version: Number(version) };
  }

  /** Actions, the latest first; those that cannot be read are left out. */
  async list(most: number, after: Place | null): Promise<{ actions: BulkAction[]; next: Place | null }> {
    const found = await this.#redis.zrevrangebyscore(
      this.#keys.allActions,
      after?.at ?? "+inf",
      "-inf",
      "WITHSCORES",
      "LIMIT",
      0,
      // Ten more, because actions that began in the same millisecond as the place are read again and then left
      // out.
      most + 10,
    );
    const places: Place[] = [];
    for (let i = 0; i + 1 < found.length; i += 2)
      places.push({ id: found[i] ?? "", at: Number(found[i + 1]) });
    const wanted = places
      .filter(({ at, id }) => after === null || at < after.at || id < after.id)
      .slice(0, most);
    const read = await Promise.all(wanted.map(async ({ id }) => ({ id, found: await this.#read(id) })));
    const gone = read.filter((one) => one.found === "gone").map(({ id }) => id);
    if (gone.length > 0) await this.#redis.zrem(this.#keys.allActions, ...gone);
    return {
      actions: read.flatMap(({ found: one }) => (typeof one === "string" ? [] : one.action)),
      next: wanted.length < most ? null : (wanted.at(-1) ?? null),
    };
  }

  async lease(leaseMs: number): Promise<ActionLease> {
    for (;;) {
      const [now, next, id, text, version, rate, dueAt] = await this.#redis.bidaLeaseAction(
        this.#keys.actions,
        ...argsOf(LEASE_ACTION, { named: { leaseMs }, rest: [...this.#unreadable] }),
      );
      const nextDueAt = next === "" ? null : Number(next);
      if (id === undefined || text === undefined) return { now, nextDueAt, leased: null };
      const action = parse(text, rate || null);
      if (action !== null) return { now, nextDueAt, leased: { action, version: Number(version) } };
      // Makes it due again at once for a process that can read it; this process goes on with the others.
      this.#unreadable.add(id);
      await this.#redis.zadd(this.#keys.actionsDue, "XX", Number(dueAt), id);
    }
  }

  async save(
    action: BulkAction,
    { version, nextAt }: { readonly version: number; readonly nextAt: number | null },
  ): Promise<boolean> {
    const saved = await this.#redis.bidaSaveAction(
      this.#keys.actions,
      ...argsOf(SAVE_ACTION, {
        named: {
          id: action.id,
          version,
          action: JSON.stringify(action),
          nextAt: nextAt ?? "",
          keptMs: KEPT_AFTER_ITS_END_MS,
        },
      }),
    );
    return saved === 1;
  }
}
