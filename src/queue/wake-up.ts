/**
 * Wakes workers through BullMQ: one job an account, however much is due, and never a delayed one. A ring that
 * comes while the job is being served is kept for after it. A lost ring does no harm: every worker looks by
 * itself once a second.
 */
import { Queue, UnrecoverableError, type Job } from "bullmq";
import type { Redis } from "ioredis";
import { within } from "../waiting/waiting.ts";
import { PatientWorker } from "./patient-worker.ts";

export function queueNames(prefix: string, account: string): { name: string; prefix: string } {
  return { name: "send", prefix: `${prefix}:{${account}}:bull` };
}

const JOB = "wake";

export class WakeQueue {
  readonly #queue: Queue;
  readonly #ringing = new Set<Promise<void>>();

  constructor(
    redis: Redis,
    {
      prefix,
      account,
      onError,
    }: { readonly prefix: string; readonly account: string; readonly onError: (error: Error) => void },
  ) {
    const names = queueNames(prefix, account);
    this.#queue = new Queue(names.name, {
      connection: redis,
      prefix: names.prefix,
      skipVersionCheck: true,
      skipWaitingForReady: true,
      skipMetasUpdate: true,
      streams: { events: { maxLen: 100 } },
    });
    this.#queue.on("error", onError);
  }

  async ring(): Promise<void> {
    const ringing = this.#ring();
    const over = ringing
      .catch(() => undefined) // Whoever rang sees the error.
      .finally(() => this.#ringing.delete(over));
    this.#ringing.add(over);
    return ringing;
  }

  async #ring(): Promise<void> {
    await this.#queue.add(JOB, null, {
      deduplication: { id: JOB, keepLastIfActive: true },
      removeOnComplete: true,
      removeOnFail: true,
    });
  }

  /** Waits for all rings, even those that no caller has awaited. */
  async close(): Promise<void> {
    await Promise.all(this.#ringing);
    await this.#queue.close();
  }
}

interface WakeWorkerOptions {
  readonly connection: Redis;
  readonly prefix: string;
  readonly account: string;
  readonly onWake: () => void;
  readonly onError: (error: Error) => void;
}

const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;

/** Takes wake-ups while it has room. */
export class WakeWorker {
  readonly #worker: PatientWorker;
  readonly #onError: (error: Error) => void;
  #hasRoom = true;

  constructor({ connection, prefix, account, onWake, onError }: WakeWorkerOptions) {
    const names = queueNames(prefix, account);
    this.#onError = onError;
    this.#worker = new PatientWorker(names.name, async (job) => served(job, onWake), {
      connection,
      prefix: names.prefix,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      skipVersionCheck: true,
    });
    this.#worker.on("error", onError);
    this.#worker.on("failed", (_job, error) => onError(error));
  }

  /** A worker without free slots leaves wake-ups to other workers. */
  room(hasRoom: boolean): void {
    if (hasRoom === this.#hasRoom) return;
    this.#hasRoom = hasRoom;
    const changing = hasRoom ? this.#worker.resume() : this.#worker.pause(true);
    changing.catch((error: unknown) => this.#onError(asError(error)));
  }

  async stop(graceMs: number): Promise<void> {
    const closing = this.#worker.close().catch((error: unknown) => this.#onError(asError(error)));
    // BullMQ's close has no deadline of its own and hangs when Redis is away.
    await within(graceMs, closing);
  }
}

function served(job: Job, onWake: () => void): void {
  if (job.name !== JOB || job.data !== null) {
    // A job that is not ours is neither run nor deleted. It stays among the failed ones.
    job.opts.removeOnFail = false;
    throw new UnrecoverableError(
      `a job that is no wake-up of Bida's was found on its queue: ${JSON.stringify(job.name).slice(0, 100)}, id ${job.id ?? "none"}; producers enqueue through the API or the command line`,
    );
  }
  onWake();
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
