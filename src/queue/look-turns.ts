/**
 * Looks of all accounts of a process, one a turn of the event loop: what a look takes begins in one turn, and a process
 * of fifty accounts must not lease in one moment what it can send in ten seconds. Their leases would end first.
 *
 * Invariant: nobody waits for Redis here, or for another account's calls: only for turns.
 */
export class LookTurns {
  #isTaken = false;
  readonly #waiting: (() => void)[] = [];

  /** Undefined where this turn is free: whoever asks has it. Else resolves when its turn has come. */
  take(): Promise<void> | undefined {
    if (this.#isTaken) return new Promise((resolve) => void this.#waiting.push(resolve));
    this.#isTaken = true;
    setImmediate(() => this.#pass());
    return undefined;
  }

  #pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#isTaken = false;
      return;
    }
    setImmediate(() => this.#pass());
    next();
  }
}
