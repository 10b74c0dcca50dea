/**
 * The inputs that this worker has parsed for its sends, so that the first check of each need not fetch and
 * parse its payload again.
 *
 * Safe because only a replay changes a payload, and that makes a new generation. Bounded by the bytes of the
 * payloads; an input is used once, because later checks are too rare to keep it for them.
 */
const MOST_BYTES = 4 * 1024 * 1024;
/** Bytes of payload that all accounts of a process keep together. */
const MOST_OF_ALL_BYTES = 16 * 1024 * 1024;

/** The share of each of `accounts` accounts, in bytes. */
export function shareOfInputs(accounts: number): number {
  return Math.min(MOST_BYTES, Math.floor(MOST_OF_ALL_BYTES / Math.max(1, accounts)));
}

interface Recent {
  readonly generation: number;
  readonly input: unknown;
  readonly bytes: number;
}

export class RecentInputs {
  readonly #byId = new Map<string, Recent>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  remember(id: string, recent: Recent): void {
    this.#forget(id);
    this.#byId.set(id, recent);
    this.#bytes += recent.bytes;
    for (const oldest of this.#byId.keys()) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#forget(oldest);
    }
  }

  /** The input, if it was parsed here for this generation; it is removed. Null otherwise. */
  take(id: string, generation: number): { readonly input: unknown } | null {
    const known = this.#byId.get(id);
    this.#forget(id);
    return known?.generation === generation ? { input: known.input } : null;
  }

  #forget(id: string): void {
    this.#bytes -= this.#byId.get(id)?.bytes ?? 0;
    this.#byId.delete(id);
  }
}
