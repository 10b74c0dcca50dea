/**
 * The permission of one send to leave (ARCHITECTURE section 5, "Did it leave?").
 *
 * It is made when the send's lease is requested, and expires at the same time for all calls of that send. The
 * wire checks it when it hands a request's bytes to a connected socket; a late request does not leave. So a
 * process that was stopped, or a slow connection, cannot send what another worker has meanwhile proven absent.
 */
import { PROCESS_CLOCKS, type Clocks } from "./clocks.ts";
import { LatestDeparture } from "./latest-departure.ts";

export class SendGuard {
  readonly #clocks: Clocks;
  readonly #latest: LatestDeparture;
  readonly #waiting = new Set<() => void>();
  #barred = false;
  #leftAt: number | null = null;
  #wasTooLate = false;

  /** @param withinMs from now, which is just before the lease is requested */
  constructor(withinMs: number, clocks: Clocks = PROCESS_CLOCKS) {
    this.#clocks = clocks;
    this.#latest = new LatestDeparture(withinMs, clocks);
  }

  /** When its first request was handed to a socket, by the monotonic clock; null if none was. */
  get leftAt(): number | null {
    return this.#leftAt;
  }

  /** Whether a call was refused because its time was over: something on its way was slow, before the platform. */
  get wasTooLate(): boolean {
    return this.#wasTooLate;
  }

  /** Whether a request may still leave now. */
  isOpen(): boolean {
    return !this.#barred && !this.#latest.isPast();
  }

  /** The same, asked for a call that is to be made now. */
  mayBegin(): boolean {
    const isOpen = this.isOpen();
    if (!isOpen && !this.#barred) this.#wasTooLate = true;
    return isOpen;
  }

  /**
   * Bars the send: nothing leaves from now on, and calls that wait for a connection are given up at once. A
   * call that has left goes on. True if nothing has left, so that the send may be handed back.
   */
  bar(): boolean {
    this.#barred = true;
    for (const giveUp of this.#waiting) giveUp();
    return this.#leftAt === null;
  }

  /** Called when the wire is about to hand a request to a socket; false if it must not. */
  leave(): boolean {
    if (!this.mayBegin()) return false;
    this.#leftAt ??= this.#clocks.monotonic();
    return true;
  }

  /** Calls `giveUp` when the guard is barred; the returned function cancels this. */
  onBarred(giveUp: () => void): () => void {
    this.#waiting.add(giveUp);
    return () => this.#waiting.delete(giveUp);
  }
}
