/**
 * Every call that reached a platform, with its time of arrival: what limits are measured by.
 */
export interface LoggedCall {
  readonly at: number;
  readonly endpoint: string;
  readonly account: string;
  readonly entity: string;
  readonly outcome: string;
  readonly fault: string | null;
}

const KEPT_AT_MOST = 200_000;

export class CallLog {
  #calls: LoggedCall[] = [];
  #counts = new Map<string, number>();

  add(call: LoggedCall): void {
    // Dropping the older half at once keeps adding cheap.
    if (this.#calls.length >= KEPT_AT_MOST) this.#calls = this.#calls.slice(KEPT_AT_MOST / 2);
    this.#calls.push(call);
    this.#counts.set(call.endpoint, (this.#counts.get(call.endpoint) ?? 0) + 1);
  }

  since(at: number): LoggedCall[] {
    return this.#calls.filter((call) => call.at >= at);
  }

  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  reset(): void {
    this.#calls = [];
    this.#counts = new Map();
  }
}
