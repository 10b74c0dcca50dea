/**
 * BullMQ's worker, which pauses after Redis has refused a fetch (a key of the queue holds something else, a right is
 * missing). BullMQ itself would try again at once, for ever.
 */
import { Worker, type Job } from "bullmq";
import { growingPauseMs } from "../delivery/backoff.ts";
import { messageOf } from "../delivery/error-words.ts";
import { pause } from "../waiting/in-time.ts";

const PAUSE_MS = { first: 250, most: 10_000 };

export class PatientWorker extends Worker {
  #failures = 0;
  #trouble: string | null = null;
  readonly #leaving = new AbortController();

  /** What Redis last refused; null if it did not. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Does not wait for the end of a pause. */
  override async close(force = false): Promise<void> {
    this.#leaving.abort();
    return super.close(force);
  }

  protected override async moveToActive(token: string, name?: string): Promise<Job> {
    try {
      const job = await super.moveToActive(token, name);
      this.#failures = 0;
      this.#trouble = null;
      return job;
    } catch (error) {
      this.#trouble = messageOf(error);
      await pause(growingPauseMs(this.#failures, PAUSE_MS), this.#leaving.signal);
      this.#failures += 1;
      throw error;
    }
  }
}
