/**
 * Trims deliveries that ended some time ago and deletes those that ended long ago. It goes on until none is
 * left: where two thousand deliveries end in a second, as many must be deleted. Only the process that has the
 * turn does it.
 */
import { TRIMMABLE_STATUSES, type TrimmableStatus } from "../delivery/trim.ts";
import { within } from "../waiting/waiting.ts";

/** Statuses that may be deleted. A dead letter is deleted only after a person has discarded it. */
const FORGETTABLE = ["confirmed", "cancelled", "discarded"] as const;

/** How often a worker asks whether it is its turn. */
export const RETENTION_EVERY_MS = 60_000;

interface RetentionOptions {
  readonly everyMs: number;
  /** Whether it is this process' turn. */
  readonly isOurs: () => Promise<boolean>;
  /** Trims one batch of deliveries of this status; false when none is left. */
  readonly trim: (status: TrimmableStatus) => Promise<boolean>;
  /** Deletes at most `most` deliveries of this status; returns how many it deleted. */
  readonly purge: (status: (typeof FORGETTABLE)[number], most: number) => Promise<number>;
  readonly onError: (error: unknown) => void;
}

/** How many are deleted in one call, because Redis' other callers wait for it. */
const AT_ONCE = 200;

export class Retention {
  readonly #options: RetentionOptions;
  #timer: NodeJS.Timeout | null = null;
  #purging: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#purging = this.#round()
        .catch(this.#options.onError)
        .finally(() => {
          if (!this.#stopped) this.start();
        });
    }, this.#options.everyMs);
  }

  /** Resolves when the batch under way is done, or after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await within(graceMs, this.#purging);
  }

  async #round(): Promise<void> {
    if (!(await this.#options.isOurs())) return;
    // Deletes first: what is deleted need not be trimmed.
    await this.#purge();
    for (const status of TRIMMABLE_STATUSES) {
      while (!this.#stopped && (await this.#options.trim(status)));
    }
  }

  async #purge(): Promise<void> {
    for (const status of FORGETTABLE) {
      while (!this.#stopped && (await this.#options.purge(status, AT_ONCE)) === AT_ONCE);
    }
  }
}
