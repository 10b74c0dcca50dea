/**
 * Gives due sends priority over checks: items appear on the platform sooner, and are proven a little later.
 *
 * Invariant: checks never starve. They wait for at most a quarter of the time, however long sends are due.
 */
/** The length of the window, as a multiple of the time for which checks may wait in it. */
const WINDOW = 4;

export class SendsFirst {
  readonly #mostMs: number;
  #windowFrom = Number.NEGATIVE_INFINITY;

  /** @param mostMs for how many ms checks may wait in each window of four times that length */
  constructor(mostMs: number) {
    this.#mostMs = mostMs;
  }

  /**
   * Whether checks have to wait now.
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
