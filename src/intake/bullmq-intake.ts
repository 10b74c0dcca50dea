/**
 * Takes orders from a BullMQ queue that any BullMQ client adds to: the job is named for the operation, its
 * data is an enqueue request.
 *
 * A job completes with `{ kind, id }` when Bida has acknowledged the order, so `waitUntilFinished` waits for
 * the acknowledgement. An invalid order fails for good, with the pointers in `failedReason`. When Bida cannot
 * take the order now, the job is delayed, which does not count as an attempt. BullMQ parses data with
 * JSON.parse, which rounds long numbers; so the order is read from the job's own text.
 */
import { hash } from "node:crypto";
import { DelayedError, UnrecoverableError, type Job } from "bullmq";
import type { Redis } from "ioredis";
import { growingPauseMs } from "../delivery/backoff.ts";
import { messageOf } from "../delivery/error-words.ts";
import { within } from "../waiting/waiting.ts";
import { sentenceOf, type OrderFate } from "./fate.ts";
import { OrderWorker } from "./order-worker.ts";
import type { IntakePorts, Source } from "./ports.ts";
import { takeOrders, type FoundOrder } from "./take-orders.ts";
import { textOf } from "./written-text.ts";

interface BullmqIntakeOptions {
  /** BullMQ duplicates it for a blocking connection of its own. */
  readonly connection: Redis;
  readonly queue: string;
  /** The prefix of BullMQ's keys; BullMQ's own default is `bull`. */
  readonly prefix: string;
  readonly source: Source;
  readonly ports: IntakePorts;
  readonly onError: (error: unknown) => void;
}

/** How many orders are under way at once. Those of one turn of the event loop are enqueued together. */
const CONCURRENCY = 200;
const DELAY_MS = { first: 2_000, most: 30_000 };
/** A job stalls when the intake crashes; an order never fails for that. */
const NEVER_STALLED_TOO_OFTEN = 1_000_000;
const DAY_SECONDS = 24 * 3_600;
const LONGEST_KEY = 200;

interface Waiting {
  readonly order: FoundOrder;
  readonly resolve: (fate: OrderFate) => void;
}

export class BullmqIntake {
  readonly #options: BullmqIntakeOptions;
  readonly #worker: OrderWorker;
  #gathered: Waiting[] = [];

  constructor(options: BullmqIntakeOptions) {
    const { connection, queue, prefix, onError } = options;
    this.#options = options;
    this.#worker = new OrderWorker(queue, {
      serve: async (job, token) => this.#serve(job, token),
      connection,
      redis: connection,
      prefix,
      concurrency: CONCURRENCY,
      autorun: false,
      maxStalledCount: NEVER_STALLED_TOO_OFTEN,
      lockDuration: 10_000,
      stalledInterval: 5_000,
      // Defaults; a job's own settings take precedence.
      removeOnComplete: { age: DAY_SECONDS, count: 10_000 },
      removeOnFail: { age: 30 * DAY_SECONDS, count: 10_000 },
    });
    this.#worker.on("error", onError);
  }

  start(): void {
    this.#worker.run().catch(this.#options.onError);
  }

  /** Why no orders are taken; null while they are. */
  get trouble(): string | null {
    return this.#worker.trouble;
  }

  /** Takes no more orders; resolves when those under way are settled, after `withinMs` at the latest. */
  async stop(withinMs: number): Promise<void> {
    // With a time limit, because BullMQ's close does not end while Redis is away.
    await within(withinMs, this.#worker.close().catch(this.#options.onError));
  }

  async #serve(job: Job, token: string | undefined): Promise<{ kind: string; id: string }> {
    const fate = await this.#answered(job);
    switch (fate.kind) {
      case "acknowledged":
        return { kind: fate.result, id: fate.id };
      case "refused":
        throw new UnrecoverableError(sentenceOf(fate.errors));
      case "later":
        await this.#worker
          .getBackend()
          .moveToDelayed(job.id ?? "", Date.now(), delayOf(job), token ?? "", { skipAttempt: true })
          // If this fails, the job is taken again when its lock has run out.
          .catch(this.#options.onError);
        throw new DelayedError();
    }
  }

  /** An error of Redis does not fail the job. */
  async #answered(job: Job): Promise<OrderFate> {
    try {
      return await this.#fateOf(await this.#read(job));
    } catch (error) {
      this.#options.onError(error);
      return { kind: "later", detail: messageOf(error), because: "order" };
    }
  }

  /** Reads the text in Redis, because BullMQ has parsed the data and lost digits and invalid bytes. */
  async #read({ id = "", name, timestamp }: Job): Promise<FoundOrder> {
    const { queue, connection, prefix } = this.#options;
    const bytes = await connection.hgetBuffer(`${prefix}:${queue}:${id}`, "data");
    // BullMQ has made an empty job in its place, and would fetch it again and again.
    const { text, errors } = bytes === null ? GONE : textOf(bytes);
    const defaultKey = keyOf(`bullmq:${queue}:${id}:${timestamp}`);
    return { entry: id, text, operation: name, defaultKey, ...(errors.length === 0 ? {} : { errors }) };
  }

  async #fateOf(order: FoundOrder): Promise<OrderFate> {
    return new Promise((resolve) => {
      if (this.#gathered.length === 0) setImmediate(() => void this.#takeGathered());
      this.#gathered.push({ order, resolve });
    });
  }

  async #takeGathered(): Promise<void> {
    const gathered = this.#gathered;
    this.#gathered = [];
    const { source, ports, onError } = this.#options;
    const fates = await takeOrders(
      gathered.map(({ order }) => order),
      { source, ports },
    ).catch((error: unknown) => {
      // An error that is not about an order: each is tried again.
      onError(error);
      return [];
    });
    for (const [index, { resolve }] of gathered.entries())
      resolve(fates[index] ?? { kind: "later", detail: "it could not be taken", because: "order" });
  }
}

const GONE = {
  text: "",
  errors: [
    {
      pointer: "",
      detail:
        "somebody removed this job before it was taken; unless it was acknowledged, its producer has to add it again",
    },
  ],
};

/** Grows with each try, so that many orders that wait for one account do not load Redis. */
function delayOf({ attemptsStarted }: Job): number {
  return growingPauseMs(Math.max(0, attemptsStarted - 1), DELAY_MS);
}

/** The default key. A key has at most 200 characters, so a longer name is hashed. */
function keyOf(place: string): string {
  return place.length <= LONGEST_KEY ? place : `bullmq:${hash("sha256", place)}`;
}
