/**
 * The delay of the event loop over the last ten seconds.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";

const WINDOW_MS = 10_000;
/** The interval of the monitor, which a loop without delay shows as its delay. */
const RESOLUTION_MS = 10;
const STATS = { p50: 50, p99: 99, max: 100 };

export class LoopLag {
  readonly #delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #timer: NodeJS.Timeout;
  #last: readonly (readonly [string, number])[] | null = null;

  constructor() {
    this.#delays.enable();
    this.#timer = setInterval(() => {
      this.#last = this.#measured();
      this.#delays.reset();
    }, WINDOW_MS).unref();
  }

  get seconds(): readonly (readonly [string, number])[] {
    return this.#last ?? this.#measured();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#delays.disable();
  }

  #measured(): (readonly [string, number])[] {
    return Object.entries(STATS).map(([stat, percentile]) => {
      const delay = this.#delays.percentile(percentile) / 1e6 - RESOLUTION_MS;
      return [stat, Math.max(0, delay) / 1_000];
    });
  }
}
