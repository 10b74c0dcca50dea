/**
 * BullMQ's worker, which pauses where Redis refuses it: a fetch that is refused (a key of the queue holds
 * something else, a right is missing) would be tried again at once, and so for ever.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Worker, type Job } from "bullmq";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

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
      this.#trouble = error instanceof Error ? error.message : String(error);
      await this.#pause(Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS));
      this.#failures += 1;
      throw error;
    }
  }

  async #pause(ms: number): Promise<void> {
    // Aborted by `close`: the pause is over.
    await sleep(ms, undefined, { signal: this.#leaving.signal }).catch(() => undefined);
  }
}
