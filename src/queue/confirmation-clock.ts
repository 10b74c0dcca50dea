/**
 * Runs confirmation rounds for one account whenever checks are due. Waiting deliveries cost nothing:
 * the clock sleeps until the next one is due, or until somebody nudges it.
 */
import type { Lease } from "../pipeline/ports.ts";

export interface ConfirmationClockOptions {
  readonly lease: () => Promise<Lease>;
  readonly run: (lease: Lease) => Promise<void>;
  readonly release: (ids: readonly string[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Longest sleep: another worker's delivery, or one that was put back, is found after this. */
const IDLE_MS = 1_000;
/** Shortest pause between two leases, so that a round gathers what falls due together. */
const GATHER_MS = 20;
const MOST_ROUNDS_AT_ONCE = 4;

export class ConfirmationClock {
  readonly #options: ConfirmationClockOptions;
  readonly #rounds = new Set<Promise<void>>();
  #stopping = false;
  #loop: Promise<void> = Promise.resolve();
  #sleeper: Sleeper | null = null;
  /** When this clock last heard from Redis, in ms of the monotonic clock. */
  #beatAt = performance.now();

  constructor(options: ConfirmationClockOptions) {
    this.#options = options;
  }

  get silentForMs(): number {
    return performance.now() - this.#beatAt;
  }

  /** A check falls due in `delayMs`: no need to sleep longer than that. */
  nudge(delayMs: number): void {
    const sooner = Math.max(GATHER_MS, delayMs);
    if (this.#sleeper !== null && performance.now() + sooner < this.#sleeper.wakeAt)
      this.#sleeper.sooner(sooner);
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Leases nothing more; resolves when the rounds at work are done, or after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#sleeper?.wake();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([this.#loop.then(() => Promise.all(this.#rounds)), deadline]);
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      await this.#sleep(await this.#tick());
    }
  }

  /** Leases one round and lets it run; returns how long to sleep. */
  async #tick(): Promise<number> {
    if (this.#rounds.size >= MOST_ROUNDS_AT_ONCE) {
      await Promise.race(this.#rounds);
    }
    let lease: Lease;
    try {
      lease = await this.#options.lease();
    } catch (error) {
      this.#options.onError(error);
      return IDLE_MS;
    }
    this.#beatAt = performance.now();
    if (this.#stopping) {
      await this.#options.release(lease.checks.map(({ id }) => id)).catch(this.#options.onError);
      return 0;
    }
    if (lease.checks.length > 0) this.#begin(lease);
    const untilNextMs = lease.nextDueAt === null ? IDLE_MS : lease.nextDueAt - lease.now;
    return Math.min(IDLE_MS, Math.max(GATHER_MS, untilNextMs));
  }

  #begin(lease: Lease): void {
    const round = this.#options
      .run(lease)
      .catch(this.#options.onError)
      .finally(() => this.#rounds.delete(round));
    this.#rounds.add(round);
  }

  async #sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      let timer: NodeJS.Timeout;
      const sleepFor = (pauseMs: number): void => {
        clearTimeout(timer);
        timer = setTimeout(resolve, pauseMs);
        this.#sleeper = { wakeAt: performance.now() + pauseMs, sooner: sleepFor, wake };
      };
      const wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
      sleepFor(ms);
    });
    this.#sleeper = null;
  }
}

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
  /** Sleeps for this long from now instead. */
  readonly sooner: (pauseMs: number) => void;
}
