/**
 * BullMQ's worker, which pauses after Redis has refused a fetch (a key of the queue holds something else, a right is
 * missing). BullMQ itself would try again at once, for ever.
 */
import { Worker, type Job } from "bullmq";
import { growingPauseMs } from "../delivery/backoff.ts";
import { messageOf } from "../delivery/error-words.ts";
import { inTime, pause } from "../waiting/waiting.ts";

const PAUSE_MS = { first: 250, most: 10_000 };
/** Redis may be away meanwhile. */
const MEND_WITHIN_MS = 2_000;

export class PatientWorker extends Worker {
  #failures = 0;
  #trouble: string | null = null;
  readonly #leaving = new AbortController();

  /** The error with which Redis refused the last fetch; null if it did not refuse it. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Closes without waiting for the end of a pause. */
  override async close(force = false): Promise<void> {
    this.#leaving.abort();
    return super.close(force);
  }

  /** Whether the cause of a failed fetch was found and removed: then the next fetch need not wait. */
  protected async mends(): Promise<boolean> {
    return false;
  }

  protected override async moveToActive(token: string, name?: string): Promise<Job> {
    try {
      const job = await super.moveToActive(token, name);
      this.#failures = 0;
      this.#trouble = null;
      return job;
    } catch (error) {
      const mending = this.mends().catch(() => false);
      if (await inTime(mending, { ms: MEND_WITHIN_MS, late: false })) throw error;
      this.#trouble = messageOf(error);
      await pause(growingPauseMs(this.#failures, PAUSE_MS), this.#leaving.signal);
      this.#failures += 1;
      throw error;
    }
  }
}
