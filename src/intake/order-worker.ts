/**
 * BullMQ's worker, which bears what others put into its queue.
 *
 * Data that is no JSON (a NaN that a client in Python wrote) would throw in the middle of BullMQ's fetch, and the
 * job would be fetched again for ever. And a fetch that Redis refuses (a key of the queue holds something else) is
 * tried again without a pause.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Worker, type Job, type JobJson } from "bullmq";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

export class OrderWorker extends Worker {
  #failures = 0;
  #trouble: string | null = null;

  /** What Redis last refused; null if it did not. */
  get trouble(): string | null {
    return this.#trouble;
  }

  protected override createJob(data: JobJson, jobId: string): Job {
    // Whoever takes the order reads its text.
    return super.createJob(isJson(data.data) ? data : { ...data, data: "null" }, jobId);
  }

  protected override async moveToActive(token: string, name?: string): Promise<Job> {
    try {
      const job = await super.moveToActive(token, name);
      this.#failures = 0;
      this.#trouble = null;
      return job;
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error);
      await sleep(Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS));
      this.#failures += 1;
      throw error;
    }
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
