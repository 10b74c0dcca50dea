/**
 * The published call limits of the platforms (docs/platforms/yunzhijia.md: "Yunzhijia:
 * tokens", "todo"), counted per endpoint and account. Going over is a recorded
 * violation; it is refused with 429 only under the setting `enforceRate`.
 */
import type { Clock } from "./clock.ts";
import type { EndpointName } from "./endpoint.ts";
import { RateWindow } from "./rate-window.ts";

type Limit = { readonly calls: number; readonly windowMs: number };

const second = 1_000;
const minute = 60_000;

function limitOf(endpoint: EndpointName): Limit | null {
  if (endpoint === "todo.create" || endpoint === "todo.action") return { calls: 100, windowMs: second };
  if (endpoint === "token" || endpoint === "todo.check") return { calls: 3_500, windowMs: minute };
  if (endpoint.startsWith("schedule.")) return { calls: 1_500, windowMs: minute };
  return null;
}

export class Rates {
  readonly #clock: Clock;
  #windows = new Map<string, RateWindow>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes a call; true when it goes over the limit. A refused call (`enforced`) does not count. */
  exceeded(
    { endpoint, account }: { readonly endpoint: EndpointName; readonly account: string | null },
    { at, enforced }: { readonly at: number; readonly enforced: boolean },
  ): boolean {
    const limit = limitOf(endpoint);
    if (!limit) return false;
    const window = this.#windowOf(`${endpoint} ${account ?? ""}`, limit);
    const over = window.isFull(at);
    if (!over || !enforced) window.note(at);
    return over;
  }

  reset(): void {
    this.#windows.clear();
  }

  #windowOf(key: string, limit: Limit): RateWindow {
    const known = this.#windows.get(key);
    if (known) return known;
    const window = new RateWindow(limit.calls, this.#clock.scaled(limit.windowMs));
    this.#windows.set(key, window);
    return window;
  }
}
