/**
 * The running processes, in Redis: a key for each, which expires when its process has not reported for a while,
 * and an index of them all.
 */
import { z } from "zod";
import {
  WORKER_ROLES,
  type SeenWorker,
  type WorkerEntry,
  type WorkerRegistry,
} from "../operations/workers.ts";
import type { ScriptedRedis } from "./connection.ts";
import { putListed } from "./put.ts";

export const HEARTBEAT_MS = 5_000;
const FORGOTTEN_AFTER_MS = 3 * HEARTBEAT_MS;
/** At most this many are listed. */
const MOST_LISTED = 500;

const entrySchema = z.object({
  id: z.string(),
  role: z.enum(WORKER_ROLES),
  host: z.string(),
  pid: z.number(),
  version: z.string(),
  startedAt: z.number(),
  accounts: z.array(z.string()),
  configDigest: z.string(),
  reasons: z.array(z.string()),
  memoryBytes: z.number(),
  // A process of an earlier version reports none.
  looks: z
    .array(z.object({ account: z.string(), lookedMs: z.number(), wokenMs: z.number().nullable() }))
    .default([]),
}) satisfies z.ZodType<WorkerEntry>;

export class WorkerStore implements WorkerRegistry {
  readonly #redis: ScriptedRedis;
  readonly #base: string;

  constructor(redis: ScriptedRedis, prefix: string) {
    this.#redis = redis;
    // No account can be named like this.
    this.#base = `${prefix}:{_workers}:`;
  }

  async announce(entry: WorkerEntry): Promise<void> {
    const [seconds, micros] = await this.#redis.time();
    const now = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
    await putListed(this.#redis, {
      list: this.#all,
      key: this.#record(entry.id),
      id: entry.id,
      value: JSON.stringify(entry),
      now,
      forMs: FORGOTTEN_AFTER_MS,
    });
  }

  async forget(id: string): Promise<void> {
    await this.#redis.multi().del(this.#record(id)).zrem(this.#all, id).exec();
  }

  async list(): Promise<SeenWorker[]> {
    const found = await this.#redis.zrevrange(this.#all, 0, MOST_LISTED - 1, "WITHSCORES");
    const places: { readonly id: string; readonly seenAt: number }[] = [];
    for (let at = 0; at + 1 < found.length; at += 2)
      places.push({ id: found[at] ?? "", seenAt: Number(found[at + 1]) });
    if (places.length === 0) return [];
    const texts = await this.#redis.mget(...places.map(({ id }) => this.#record(id)));
    return places
      .flatMap(({ seenAt }, index) => {
        const entry = parse(texts[index] ?? null);
        return entry === null ? [] : [{ ...entry, seenAt }];
      })
      .toSorted((a, b) => (`${a.role} ${a.host}` < `${b.role} ${b.host}` ? -1 : 1));
  }

  get #all(): string {
    return `${this.#base}all`;
  }

  #record(id: string): string {
    return `${this.#base}w:${id}`;
  }
}

function parse(text: string | null): WorkerEntry | null {
  if (text === null) return null;
  try {
    return entrySchema.parse(JSON.parse(text));
  } catch {
    // Written by a later version.
    return null;
  }
}
