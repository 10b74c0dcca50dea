/**
 * The running processes, in Redis: a key for each, which expires when its process has not reported for a while,
 * and an index of them all.
 */
import { z } from "zod";
import {
  type LostWrites,
  type NoticedLoss,
  WORKER_ROLES,
  type SeenWorker,
  type WorkerEntry,
  type WorkerRegistry,
} from "../operations/workers.ts";
import type { ScriptedRedis } from "./connection.ts";
import { InstallationKeys } from "./installation-keys.ts";
import { putListed } from "./put.ts";
import { argsOf, BEAT } from "./scripts.ts";

export const HEARTBEAT_MS = 5_000;
const FORGOTTEN_AFTER_MS = 3 * HEARTBEAT_MS;
const BEAT_KEPT_FOR_MS = 86_400_000;
const LOSS_KEPT_FOR_MS = 7 * 86_400_000;
const NO_BEAT = { count: 0, at: 0, asked: 0 };
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
  readonly #keys: InstallationKeys;
  /** The latest heartbeat: its number, and when it was, by Redis' clock and by a monotonic clock. */
  #beaten = NO_BEAT;

  constructor(redis: ScriptedRedis, prefix: string) {
    this.#redis = redis;
    this.#keys = new InstallationKeys(prefix);
  }

  async announce(entry: WorkerEntry): Promise<void> {
    const [seconds, micros] = await this.#redis.time();
    const now = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
    await putListed(this.#redis, {
      list: this.#keys.allWorkers,
      key: this.#keys.worker(entry.id),
      id: entry.id,
      value: JSON.stringify(entry),
      now,
      forMs: FORGOTTEN_AFTER_MS,
    });
  }

  /**
   * Counts a heartbeat of the process `id`. Returns what Redis has lost of the time before its last one; null if
   * nothing. In a cluster this is about the node that holds the processes.
   */
  async beat(id: string): Promise<LostWrites | null> {
    // A process that stood still for so long does not know whether its heartbeat was lost or has expired.
    if (performance.now() - this.#beaten.asked > BEAT_KEPT_FOR_MS / 2) this.#beaten = NO_BEAT;
    const asked = performance.now();
    const { count, at } = this.#beaten;
    const args = argsOf(BEAT, {
      named: {
        id,
        count: count + 1,
        seenAt: at,
        beatKeptForMs: BEAT_KEPT_FOR_MS,
        lossKeptForMs: LOSS_KEPT_FOR_MS,
      },
    });
    const [now, noticed, from, to] = await this.#redis.bidaBeat(this.#keys.workers, ...args);
    this.#beaten = { count: count + 1, at: now, asked };
    return noticed === 1 ? { from: momentOf(from), to: Number(to) } : null;
  }

  async lostWrites(): Promise<NoticedLoss | null> {
    const { from = "", to, noticedAt } = await this.#redis.hgetall(this.#keys.lostWrites);
    if (to === undefined || noticedAt === undefined) return null;
    return { from: momentOf(from), to: Number(to), noticedAt: Number(noticedAt) };
  }

  async forget(id: string): Promise<void> {
    await this.#redis
      .multi()
      .del(this.#keys.worker(id), this.#keys.heartbeats(id))
      .zrem(this.#keys.allWorkers, id)
      .exec();
  }

  async list(): Promise<SeenWorker[]> {
    const found = await this.#redis.zrevrange(this.#keys.allWorkers, 0, MOST_LISTED - 1, "WITHSCORES");
    const places: { readonly id: string; readonly seenAt: number }[] = [];
    for (let at = 0; at + 1 < found.length; at += 2)
      places.push({ id: found[at] ?? "", seenAt: Number(found[at + 1]) });
    if (places.length === 0) return [];
    const texts = await this.#redis.mget(...places.map(({ id }) => this.#keys.worker(id)));
    return places
      .flatMap(({ seenAt }, index) => {
        const entry = parse(texts[index] ?? null);
        return entry === null ? [] : [{ ...entry, seenAt }];
      })
      .toSorted((a, b) => (`${a.role} ${a.host}` < `${b.role} ${b.host}` ? -1 : 1));
  }
}

function momentOf(text: string): number | null {
  return text === "" ? null : Number(text);
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
