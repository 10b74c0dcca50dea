/**
 * Sends that are due go before checks: what somebody waits for is there sooner, and proven a little later.
 *
 * Invariant: checks never starve. They give way for a quarter of the time at most, however long sends are due.
 */
/** As a multiple of the time that checks give way in it. */
const WINDOW = 4;

export class SendsFirst {
  readonly #mostMs: number;
  #windowFrom = Number.NEGATIVE_INFINITY;

  /** @param mostMs for how long checks give way, of four times as long */
  constructor(mostMs: number) {
    this.#mostMs = mostMs;
  }

  /**
   * Whether checks wait now.
   *
   * @param isCrowded more sends are due than there is room for
   * @param now a clock that never goes back, in ms
   */
  holdChecks(isCrowded: boolean, now: number): boolean {
    if (!isCrowded) return false;
    if (now - this.#windowFrom >= WINDOW * this.#mostMs) this.#windowFrom = now;
    return now - this.#windowFrom < this.#mostMs;
  }
}
