/**
 * The times of the checks of each todo: at most 5 checks in any 60 s per (sourcetype + sourceitemid). A check
 * that was turned away does not count.
 */
import type { Clock } from "../clock.ts";
import { RateWindow } from "../rate-window.ts";

const mostChecks = 5;
const checkWindowMs = 60_000;

export class TodoChecks {
  readonly #clock: Clock;
  #windows = new Map<string, RateWindow>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  admit({ appId, sourceId }: { readonly appId: string; readonly sourceId: string }, at: number): boolean {
    const key = `${appId}\n${sourceId}`;
    const window = this.#windows.get(key) ?? new RateWindow(mostChecks, this.#clock.scaled(checkWindowMs));
    this.#windows.set(key, window);
    if (window.isFull(at)) return false;
    window.note(at);
    return true;
  }

  reset(): void {
    this.#windows.clear();
  }
}
