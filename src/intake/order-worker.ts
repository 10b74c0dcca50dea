/**
 * BullMQ's worker, made to survive whatever others put into its queue.
 *
 * Data that is no JSON (a NaN that a client in Python wrote) would throw in the middle of BullMQ's fetch, and the
 * job would be fetched again for ever. So would options, a parent or counters that cannot be read: those are removed.
 */
import type { Job, JobJson, Processor, WorkerOptions } from "bullmq";
import type { Redis } from "ioredis";
import { PatientWorker } from "../queue/patient-worker.ts";
import { putJobsRight } from "./put-jobs-right.ts";

interface OrderWorkerOptions extends WorkerOptions {
  readonly serve: Processor;
  /** Of the queue, for commands that answer at once. */
  readonly redis: Redis;
}

export class OrderWorker extends PatientWorker {
  readonly #redis: Redis;
  #mending: Promise<boolean> | null = null;

  constructor(queue: string, { serve, redis, ...options }: OrderWorkerOptions) {
    super(queue, serve, options);
    this.#redis = redis;
    // BullMQ also fetches a job when it finishes another one, and says here what went wrong then.
    this.on("error", () => void this.mends().catch(() => undefined));
  }

  protected override createJob(data: JobJson, jobId: string): Job {
    // The text itself is read later, when the order is taken.
    return super.createJob(isJson(data.data) ? data : { ...data, data: "null" }, jobId);
  }

  /** One look at a time: whoever asks meanwhile gets its answer. */
  protected override async mends(): Promise<boolean> {
    this.#mending ??= this.#putRight().finally(() => (this.#mending = null));
    return this.#mending;
  }

  async #putRight(): Promise<boolean> {
    const jobs = { redis: this.#redis, keyOf: (name: string) => this.toKey(name) };
    return (await putJobsRight(jobs)) > 0;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
