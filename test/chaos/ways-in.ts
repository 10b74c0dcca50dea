/**
 * The ways in which an order comes to Bida: from a producer directly, through the stream, and through the
 * BullMQ queue. An order without an answer is repeated; its key makes it the same delivery.
 */
import { randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Queue, QueueEvents } from "bullmq";
import { Redis } from "ioredis";
import type { Producer } from "../../src/app/producer.ts";
import type { EnqueueInput, EnqueueResult } from "../../src/operations/enqueue.ts";
import { within } from "../../src/waiting/waiting.ts";

export const STREAM = "chaos-orders";
export const QUEUE = "chaos-orders";

export interface WayIn {
  readonly name: string;
  /** Orders a delivery. Resolves with its id; null if no answer came. */
  say(order: EnqueueInput): Promise<string | null>;
  close(): Promise<void>;
}

/** Killed intakes and Redis servers are back by then. */
const ANSWER_WITHIN_MS = 6_000;
const CLOSED_WITHIN_MS = 2_000;
const REPLY = "bida:reply:chaos";

export function waysIn(producer: Producer, redisPort: number): readonly WayIn[] {
  process.on("unhandledRejection", refuseOthers);
  const direct = { name: "direct", say: async (order: EnqueueInput) => idOf(await producer.enqueue(order)) };
  return [
    { ...direct, close: async () => undefined },
    new ThroughStream(redisPort),
    new ThroughQueue(redisPort),
  ];
}

/**
 * `commandTimeout` also ends commands that ioredis and BullMQ issue by themselves, and they do not catch that
 * error.
 */
function refuseOthers(error: unknown): void {
  if (!(error instanceof Error) || error.message !== "Command timed out") throw error;
}

function idOf(result: EnqueueResult): string | null {
  switch (result.kind) {
    case "created":
    case "existing":
      return result.id;
    case "unavailable":
    case "notDurable":
    case "full":
      return null;
    case "conflict":
    case "invalid":
    case "unknownAccount":
      throw new Error(`an order was refused: ${JSON.stringify(result)}`);
  }
}

class ThroughStream implements WayIn {
  readonly name = "stream";
  readonly #redis: Redis;
  readonly #reading: Redis;
  readonly #ids = new Map<string, string>();
  readonly #answers = new EventEmitter();
  readonly #reader: Promise<void>;
  #isClosed = false;

  constructor(port: number) {
    this.#answers.setMaxListeners(0);
    this.#redis = connected(port, { maxRetriesPerRequest: 1, commandTimeout: 2_000 });
    this.#reading = connected(port, { maxRetriesPerRequest: null });
    this.#reader = this.#read();
  }

  async say(order: EnqueueInput): Promise<string | null> {
    try {
      const entry = await this.#redis.xadd(STREAM, "*", "order", JSON.stringify(order), "reply", REPLY);
      if (entry === null) return null;
      if (!this.#ids.has(entry))
        await once(this.#answers, entry, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      return this.#ids.get(entry) ?? null;
    } catch {
      // Redis is away, or the answer did not come.
      return null;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#redis.disconnect();
    this.#reading.disconnect();
    await this.#reader;
  }

  /** Reads all answers as they come. */
  async #read(): Promise<void> {
    let last = "0";
    while (!this.#isClosed) {
      try {
        const found = (await this.#reading.xread("BLOCK", 1_000, "STREAMS", REPLY, last)) ?? [];
        for (const [id, fields] of found[0]?.[1] ?? []) {
          last = id;
          const [, entry = "", , , , answered = ""] = fields;
          this.#ids.set(entry, answered);
          this.#answers.emit(entry);
        }
      } catch {
        await sleep(50);
      }
    }
  }
}

class ThroughQueue implements WayIn {
  readonly name = "queue";
  readonly #queue: Queue;
  readonly #events: QueueEvents;

  constructor(port: number) {
    const connection = { host: "127.0.0.1", port };
    this.#queue = new Queue(QUEUE, {
      connection: { ...connection, maxRetriesPerRequest: 1, commandTimeout: 2_000 },
    });
    this.#events = new QueueEvents(QUEUE, { connection });
    // Its Redis is killed again and again.
    this.#queue.on("error", () => undefined);
    this.#events.on("error", () => undefined);
  }

  async say(order: EnqueueInput): Promise<string | null> {
    // Redis is away, or no answer came. Refused orders are counted where they are kept.
    const answered = this.#answered(order).catch(() => null);
    // BullMQ itself waits for Redis without a limit.
    return Promise.race([answered, sleep(2 * ANSWER_WITHIN_MS, null, { ref: false })]);
  }

  async #answered({ operation, ...data }: EnqueueInput): Promise<string> {
    // A job id of our own. A promoted replica may set BullMQ's counter back, and whoever waits for a lost job
    // would then get the result of another one.
    const job = await this.#queue.add(operation, data, { jobId: randomUUID() });
    const result = (await job.waitUntilFinished(this.#events, ANSWER_WITHIN_MS)) as { readonly id: string };
    return result.id;
  }

  async close(): Promise<void> {
    await within(CLOSED_WITHIN_MS, Promise.allSettled([this.#queue.close(), this.#events.close()]));
  }
}

function connected(
  port: number,
  options: { maxRetriesPerRequest: number | null; commandTimeout?: number },
): Redis {
  const redis = new Redis({ host: "127.0.0.1", port, protocol: 2, ...options });
  redis.on("error", () => undefined);
  return redis;
}
