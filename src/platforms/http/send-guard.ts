/**
 * The permission of one send to leave (ARCHITECTURE section 5, "Did it leave?").
 *
 * It is made when the send's lease is asked for, and it ends at one moment for all calls of that send. The
 * wire looks at it when a request's bytes are handed to a connected socket: what is late then does not
 * leave. So a process that was stopped, or a connection that took long, cannot send what another worker
 * has meanwhile proven absent.
 */
import { PROCESS_CLOCKS, type Clocks } from "./clocks.ts";
import { LatestDeparture } from "./latest-departure.ts";

export class SendGuard {
  readonly #clocks: Clocks;
  readonly #latest: LatestDeparture;
  readonly #waiting = new Set<() => void>();
  #barred = false;
  #leftAt: number | null = null;

  /** @param withinMs from now, which is a moment before the lease was asked for */
  constructor(withinMs: number, clocks: Clocks = PROCESS_CLOCKS) {
    this.#clocks = clocks;
    this.#latest = new LatestDeparture(withinMs, clocks);
  }

  /** When its first request was handed to a socket, by the monotonic clock; null if none was. */
  get leftAt(): number | null {
    return this.#leftAt;
  }

  /** Whether a request may still leave now. */
  isOpen(): boolean {
    return !this.#barred && !this.#latest.isPast();
  }

  /**
   * From now on nothing leaves; what waits for a connection is given up at once. What has left goes on to
   * its answer. True if nothing has left: the send may be handed back.
   */
  bar(): boolean {
    this.#barred = true;
    for (const giveUp of this.#waiting) giveUp();
    return this.#leftAt === null;
  }

  /** The wire hands a request to a socket: false if it must not. */
  leave(): boolean {
    if (!this.isOpen()) return false;
    this.#leftAt ??= this.#clocks.monotonic();
    return true;
  }

  /** Calls `giveUp` when the guard is barred; the returned function ends that. */
  onBarred(giveUp: () => void): () => void {
    this.#waiting.add(giveUp);
    return () => this.#waiting.delete(giveUp);
  }
}
