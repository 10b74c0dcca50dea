/**
 * The time after which a call must not leave any more (ARCHITECTURE section 5, "Did it leave?").
 *
 * It is past if the monotonic clock or the wall clock says so: a step of the wall clock can only keep a call
 * from leaving.
 */
import { PROCESS_CLOCKS, type Clocks } from "./clocks.ts";

export class LatestDeparture {
  readonly #clocks: Clocks;
  #monotonicEnd: number;
  #wallEnd: number;

  /** @param withinMs from now */
  constructor(withinMs: number, clocks: Clocks = PROCESS_CLOCKS) {
    this.#clocks = clocks;
    this.#monotonicEnd = clocks.monotonic() + withinMs;
    this.#wallEnd = clocks.wall() + withinMs;
  }

  /** The latest departure of a call that waits `waitMs` for its place in a rate. */
  after(waitMs: number): LatestDeparture {
    const later = new LatestDeparture(0, this.#clocks);
    later.#monotonicEnd = this.#monotonicEnd + waitMs;
    later.#wallEnd = this.#wallEnd + waitMs;
    return later;
  }

  isPast(): boolean {
    const { monotonic, wall } = this.#clocks;
    return monotonic() >= this.#monotonicEnd || wall() >= this.#wallEnd;
  }
}
