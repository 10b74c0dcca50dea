/**
 * A sliding window over the arrival times of the last `limit` calls: exact
 * ("at most N in any span of this length"), constant time, a ring of N numbers.
 */
export class RateWindow {
  readonly #times: Float64Array;
  readonly #windowMs: number;
  #next = 0;

  constructor(limit: number, windowMs: number) {
    this.#times = new Float64Array(limit).fill(Number.NEGATIVE_INFINITY);
    this.#windowMs = windowMs;
  }

  /** Whether one more call at this time would exceed the limit. */
  isFull(at: number): boolean {
    return at - (this.#times[this.#next] ?? Number.NEGATIVE_INFINITY) < this.#windowMs;
  }

  note(at: number): void {
    this.#times[this.#next] = at;
    this.#next = (this.#next + 1) % this.#times.length;
  }
}
