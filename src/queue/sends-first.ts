/**
 * Sends that are due go before checks: what somebody waits for is there sooner, and proven a little later.
 *
 * Invariant: checks never starve. They give way for `MOST_MS` of each `WINDOW_MS`, however long sends are due.
 */
const MOST_MS = 3_000;
const WINDOW_MS = 12_000;

export class SendsFirst {
  #windowFrom = Number.NEGATIVE_INFINITY;

  /**
   * Whether checks wait now.
   *
   * @param isCrowded more sends are due than there is room for
   * @param now a clock that never goes back, in ms
   */
  holdChecks(isCrowded: boolean, now: number): boolean {
    if (!isCrowded) return false;
    if (now - this.#windowFrom >= WINDOW_MS) this.#windowFrom = now;
    return now - this.#windowFrom < MOST_MS;
  }
}
