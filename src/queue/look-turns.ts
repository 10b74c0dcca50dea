/**
 * Lets the accounts of a process look one after another, one in each turn of the event loop. All sends of a
 * look begin in the same turn: a process of fifty accounts would otherwise lease in one moment what takes it
 * ten seconds to send, and the leases would run out.
 *
 * Invariant: an account waits only for turns here, never for Redis or for another account's calls.
 */
export class LookTurns {
  #isTaken = false;
  readonly #waiting: (() => void)[] = [];

  /**
   * Undefined where this turn of the event loop was free; the caller has taken it. Otherwise resolves when the
   * caller's turn has come.
   */
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
