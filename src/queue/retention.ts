/**
 * Trims what ended some time ago and forgets what ended long ago, until nothing is left to do: a worker that ends
 * two thousand deliveries a second must forget as many. Only the process of the fleet that has the turn does it.
 */
import { TRIMMABLE, type TrimmableStatus } from "../delivery/trim.ts";
import { within } from "../waiting/in-time.ts";

/** What may be forgotten; a dead letter only once somebody has discarded it. */
const FORGETTABLE = ["confirmed", "cancelled", "discarded"] as const;

/** How often a worker asks whether it is its turn. */
export const RETENTION_EVERY_MS = 60_000;

interface RetentionOptions {
  readonly everyMs: number;
  /** Whether it is this process' turn. */
  readonly isOurs: () => Promise<boolean>;
  /** Trims a part of one status; false when nothing is left. */
  readonly trim: (status: TrimmableStatus) => Promise<boolean>;
  /** Forgets at most so many of one status; returns how many it forgot. */
  readonly purge: (status: (typeof FORGETTABLE)[number], most: number) => Promise<number>;
  readonly onError: (error: unknown) => void;
}

/** Redis' other callers wait for no more than this many at a time. */
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

  /** Resolves when the part at work is done, or after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await within(graceMs, this.#purging);
  }

  async #round(): Promise<void> {
    if (!(await this.#options.isOurs())) return;
    // What is forgotten need not be trimmed first.
    await this.#purge();
    for (const status of TRIMMABLE) {
      while (!this.#stopped && (await this.#options.trim(status)));
    }
  }

  async #purge(): Promise<void> {
    for (const status of FORGETTABLE) {
      while (!this.#stopped && (await this.#options.purge(status, AT_ONCE)) === AT_ONCE);
    }
  }
}
