/**
 * Every call that reached a platform endpoint: the last 200 000 in full, and a
 * count per endpoint since the last reset. `outcome` is filled in when the
 * answer is decided: what the platform really did, whatever the client saw.
 */
import type { EndpointName } from "./endpoint.ts";
import type { FaultName } from "./faults/catalogue.ts";

export type CallEntry = {
  readonly seq: number;
  /** Arrival in ms. */
  readonly at: number;
  readonly endpoint: EndpointName;
  readonly account: string | null;
  readonly entity: string | null;
  outcome: string;
  readonly fault: FaultName | null;
};

const keptAtMost = 200_000;

export class CallLog {
  readonly #keptAtMost: number;
  #entries: CallEntry[] = [];
  #oldest = 0;
  #counts = new Map<EndpointName, number>();

  constructor(atMost = keptAtMost) {
    this.#keptAtMost = atMost;
  }

  note(entry: CallEntry): CallEntry {
    this.#counts.set(entry.endpoint, (this.#counts.get(entry.endpoint) ?? 0) + 1);
    if (this.#entries.length < this.#keptAtMost) this.#entries.push(entry);
    else {
      this.#entries[this.#oldest] = entry;
      this.#oldest = (this.#oldest + 1) % this.#keptAtMost;
    }
    return entry;
  }

  /** In order of arrival; `since` is an arrival time in ms, itself included. */
  list(since: number, endpoint: string | null): CallEntry[] {
    const ordered = [...this.#entries.slice(this.#oldest), ...this.#entries.slice(0, this.#oldest)];
    return ordered.filter((entry) => entry.at >= since && (endpoint === null || entry.endpoint === endpoint));
  }

  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  reset(): void {
    this.#entries = [];
    this.#oldest = 0;
    this.#counts.clear();
  }
}

/** Counts of what a well-behaved client would not have done, by name. */
export class Violations {
  #counts = new Map<string, number>();

  note(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** The two that tests ask for most are always there. */
  counts(): Record<string, number> {
    return { checkOverLimit: 0, rateOverLimit: 0, ...Object.fromEntries(this.#counts) };
  }

  reset(): void {
    this.#counts.clear();
  }
}
