/**
 * Ends calls that exceed their time limit: one timer for all calls of a wire, set to the earliest end.
 *
 * undici's own timers count ticks of the event loop, so they stand still in a stopped process. This timer
 * compares with the monotonic clock.
 */
import type { Clocks } from "./clocks.ts";

export interface Watched {
  /** In ms of the monotonic clock. */
  readonly endsAt: number;
  /** Called once for each `endsAt` that passes; it may set a later one. */
  expire(): void;
}

export class Watchdog {
  readonly #clocks: Clocks;
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Infinity;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  /** To be called again whenever `endsAt` has become earlier. */
  watch(call: Watched): void {
    this.#watched.add(call);
    if (call.endsAt < this.#timerAt) this.#wakeAt(call.endsAt);
  }

  forget(call: Watched): void {
    this.#watched.delete(call);
    if (this.#watched.size === 0) this.#sleep();
  }

  #wakeAt(at: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAt = at;
    // After a process was stopped, answers may be waiting in the sockets: they are read before any call is
    // ended.
    this.#timer = setTimeout(
      () => setImmediate(() => this.#look()),
      Math.max(0, at - this.#clocks.monotonic()),
    );
    this.#timer.unref();
  }

  #sleep(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#timerAt = Infinity;
  }

  #look(): void {
    this.#sleep();
    const now = this.#clocks.monotonic();
    for (const call of this.#watched) if (call.endsAt <= now) call.expire();
    let next = Infinity;
    for (const { endsAt } of this.#watched) next = Math.min(next, endsAt);
    if (next < Infinity) this.#wakeAt(next);
  }
}
