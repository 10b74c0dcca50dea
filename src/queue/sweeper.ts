/**
 * Ends what is past its deadline, and gives every other delivery that is due a ticket, whatever became of
 * the one it had: a producer that crashed between the record and the ticket, BullMQ keys that were flushed,
 * a ticket that BullMQ never rang.
 */
import type { Overdue } from "../pipeline/ports.ts";
import type { Due } from "./tickets.ts";
import { TICKET_HORIZON_MS } from "./tickets.ts";
import { within } from "./within.ts";

export interface SweeperOptions {
  readonly everyMs: number;
  readonly sweep: (options: { horizonMs: number; most: number; pauseMs: number }) => Promise<Overdue>;
  readonly tickets: {
    wake(due: readonly Due[]): Promise<void>;
    missing(ids: readonly string[]): Promise<Set<string>>;
    promote(ids: readonly string[]): Promise<void>;
  };
  /** Ends a delivery whose deadline has passed; its ticket may lie behind a long backlog. */
  readonly expire: (id: string) => Promise<void>;
  readonly onRestored: (tickets: number, oldestOverdueMs: number) => void;
  readonly onError: (error: unknown) => void;
}

const MOST_IN_A_SWEEP = 500;
/** An overdue delivery whose ticket has been looked after is looked at again after this. */
const LOOK_AGAIN_MS = 60_000;
/** A ticket this long overdue is not late but forgotten. */
const FORGOTTEN_MS = 15_000;
const PROMOTE_AT_MOST = 50;

export class Sweeper {
  readonly #options: SweeperOptions;
  #timer: NodeJS.Timeout | null = null;
  #sweeping: Promise<void> = Promise.resolve();
  #stopped = false;
  #oldestOverdueMs = 0;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  /** How late the latest delivery was at the last sweep; readiness looks at it. */
  get oldestOverdueMs(): number {
    return this.#oldestOverdueMs;
  }

  start(): void {
    this.#stopped = false;
    this.#sweeping = this.sweep();
    this.#plan();
  }

  /** Resolves when the sweep at work is done, or after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await within(graceMs, this.#sweeping);
  }

  #plan(): void {
    this.#timer = setTimeout(() => {
      this.#sweeping = this.sweep().finally(() => {
        if (!this.#stopped) this.#plan();
      });
    }, this.#options.everyMs);
  }

  /** One sweep of the whole account, in batches. */
  async sweep(): Promise<void> {
    const { sweep, onRestored, onError } = this.#options;
    try {
      let restored = 0;
      let oldest = 0;
      for (;;) {
        const batch = await sweep({
          horizonMs: TICKET_HORIZON_MS,
          most: MOST_IN_A_SWEEP,
          pauseMs: LOOK_AGAIN_MS,
        });
        oldest = Math.max(oldest, batch.oldestOverdueMs);
        restored += await this.#lookAfter(batch);
        const overdue = batch.due.filter(({ at }) => at <= batch.now).length;
        // Overdue ones were pushed back, so the next batch is new; what is merely near stays where it is.
        if (overdue < MOST_IN_A_SWEEP || this.#stopped) break;
      }
      this.#oldestOverdueMs = oldest;
      if (restored > 0) onRestored(restored, oldest);
    } catch (error) {
      onError(error);
    }
  }

  async #lookAfter({ now, due }: Overdue): Promise<number> {
    const { tickets, expire } = this.#options;
    await Promise.all(due.filter(({ isExpired }) => isExpired).map(({ id }) => expire(id)));
    const alive = due.filter(({ isExpired }) => !isExpired);
    if (alive.length === 0) return 0;
    const missing = await tickets.missing(alive.map(({ id }) => id));
    await tickets.wake(
      alive
        .filter(({ id }) => missing.has(id))
        .map(({ id, at, priority }) => ({ id, delayMs: Math.max(0, at - now), priority })),
    );
    const forgotten = alive.filter(({ id, at }) => !missing.has(id) && now - at > FORGOTTEN_MS);
    await tickets.promote(forgotten.slice(0, PROMOTE_AT_MOST).map(({ id }) => id));
    return missing.size;
  }
}
