/**
 * Notices that an account's sends do not leave: each is too late before it reaches the platform, for example because
 * Redis answers slowly. Such a worker looks, leases and saves, and makes no progress.
 */
import type { SendGuard } from "../platforms/http/send-guard.ts";

/** Fewer may be chance: a process that was stopped for a moment. */
const LEAST_IN_A_ROW = 3;
/** Without sends nothing is known: the last ones count for so long. */
const COUNTS_FOR_MS = 60_000;

export class LateSends {
  readonly #monotonicMs: () => number;
  #inARow = 0;
  #latestAt = Number.NEGATIVE_INFINITY;

  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
  }

  /** To be called when a send is over. */
  note({ leftAt, wasTooLate }: Pick<SendGuard, "leftAt" | "wasTooLate">): void {
    if (leftAt !== null) this.#inARow = 0;
    else if (wasTooLate) {
      this.#inARow += 1;
      this.#latestAt = this.#monotonicMs();
    }
  }

  /** Why nothing is sent; null while sends leave. */
  get complaint(): string | null {
    if (this.#inARow < LEAST_IN_A_ROW || this.#monotonicMs() - this.#latestAt > COUNTS_FOR_MS) return null;
    return `the last ${this.#inARow} sends could not leave in time: Redis, the access token or the connection is slow`;
  }
}
