/**
 * BullMQ's worker, made robust against anything that others put into its queue.
 *
 * Data that is not JSON (a NaN from a Python client) would make BullMQ's fetch throw, and the job would be
 * fetched again for ever. The same holds for options, a parent or counters that cannot be read: these are
 * removed.
 */
import type { Job, JobJson, Processor, WorkerOptions } from "bullmq";
import type { Redis } from "ioredis";
import { PatientWorker } from "../queue/patient-worker.ts";
import { repairJobs } from "./repair-jobs.ts";

interface OrderWorkerOptions extends WorkerOptions {
  readonly serve: Processor;
  /** A connection to the queue's Redis, for commands that answer at once. */
  readonly redis: Redis;
}

export class OrderWorker extends PatientWorker {
  readonly #redis: Redis;
  #mending: Promise<boolean> | null = null;

  constructor(queue: string, { serve, redis, ...options }: OrderWorkerOptions) {
    super(queue, serve, options);
    this.#redis = redis;
    // BullMQ also fetches a job when it finishes another one; errors of that are emitted here.
    this.on("error", () => void this.mends().catch(() => undefined));
  }

  protected override createJob(data: JobJson, jobId: string): Job {
    // A placeholder: the text itself is read later, when the order is taken.
    return super.createJob(isJson(data.data) ? data : { ...data, data: "null" }, jobId);
  }

  /** One repair at a time; concurrent callers share its result. */
  protected override async mends(): Promise<boolean> {
    this.#mending ??= this.#putRight().finally(() => (this.#mending = null));
    return this.#mending;
  }

  async #putRight(): Promise<boolean> {
    const jobs = { redis: this.#redis, keyOf: (name: string) => this.toKey(name) };
    return (await repairJobs(jobs)) > 0;
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
