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
} from "../operations/bulk-action.ts";
import { letterFilter } from "../operations/letter-filter.ts";
import type { ScriptedRedis } from "./connection.ts";

const KEPT_AFTER_ITS_END_MS = 7 * 24 * 3_600_000;

const actionSchema = z.object({
  id: z.string(),
  kind: z.enum(ACTION_KINDS),
  status: z.enum(ACTION_STATUSES),
  dryRun: z.boolean(),
  filter: letterFilter,
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

export class ActionStore implements Actions {
  readonly #redis: ScriptedRedis;
  readonly #base: string;

  constructor(redis: ScriptedRedis, prefix: string) {
    this.#redis = redis;
    // No account can be named like this.
    this.#base = `${prefix}:{_actions}:`;
  }

  async add(action: BulkAction): Promise<void> {
    await this.#redis
      .multi()
      .hset(this.#record(action.id), "action", JSON.stringify(action), "version", 1)
      .zadd(`${this.#base}due`, action.startedAt, action.id)
      .exec();
  }

  async get(id: string): Promise<{ action: BulkAction; version: number } | null> {
    const [action, version] = await this.#redis.hmget(this.#record(id), "action", "version");
    if (action == null) return null;
    return { action: actionSchema.parse(JSON.parse(action)), version: Number(version) };
  }

  async lease(leaseMs: number): Promise<ActionLease> {
    const [now, next, , action, version] = (await this.#redis.bidaLeaseAction(this.#base, leaseMs)) as [
      number,
      string,
      string?,
      string?,
      string?,
    ];
    const leased =
      action === undefined
        ? null
        : { action: actionSchema.parse(JSON.parse(action)), version: Number(version) };
    return { now, nextDueAt: next === "" ? null : Number(next), leased };
  }

  async save(action: BulkAction, version: number, nextAt: number | null): Promise<boolean> {
    const saved = await this.#redis.bidaSaveAction(
      this.#base,
      action.id,
      version,
      JSON.stringify(action),
      nextAt ?? "",
      KEPT_AFTER_ITS_END_MS,
    );
    return saved === 1;
  }

  #record(id: string): string {
    return `${this.#base}a:${id}`;
  }
}
