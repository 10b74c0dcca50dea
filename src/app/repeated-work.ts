/**
 * Work that must be done before a first use, and repeated at intervals.
 */

/** How often a process registers its accounts. */
export const ANNOUNCE_EVERY_MS = 60_000;

export class RepeatedWork {
  readonly #everyMs: number;
  readonly #act: () => Promise<void>;
  #doing: Promise<void> | null = null;
  #doneAt = Number.NEGATIVE_INFINITY;

  constructor(everyMs: number, act: () => Promise<void>) {
    this.#everyMs = everyMs;
    this.#act = act;
  }

  get isDone(): boolean {
    return performance.now() - this.#doneAt < this.#everyMs;
  }

  /** Resolves at once if it was done lately; rejects when it cannot be done. Concurrent calls share one run. */
  async done(): Promise<void> {
    if (this.isDone) return;
    this.#doing ??= this.#do();
    await this.#doing;
  }

  async #do(): Promise<void> {
    try {
      await this.#act();
      this.#doneAt = performance.now();
    } finally {
      this.#doing = null;
    }
  }
}
