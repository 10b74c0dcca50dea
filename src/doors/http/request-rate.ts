/**
 * Limits the requests of one API key: a bucket that holds the requests of one second and refills evenly. Each
 * API process counts separately.
 */
export class RequestRate {
  readonly #perSecond: number;
  #left: number;
  #refilledAt = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#left = this.#most;
  }

  get #most(): number {
    return Math.max(1, this.#perSecond);
  }

  /** 0 if the request may pass, otherwise the ms after which the next one may. */
  take(nowMs: number): number {
    const refill = ((nowMs - this.#refilledAt) / 1_000) * this.#perSecond;
    this.#left = Math.min(this.#most, this.#left + refill);
    this.#refilledAt = nowMs;
    if (this.#left >= 1) {
      this.#left -= 1;
      return 0;
    }
    return Math.ceil(((1 - this.#left) / this.#perSecond) * 1_000);
  }
}
