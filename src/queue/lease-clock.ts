/**
 * Runs rounds of leased work (confirmations, callbacks) for one account whenever some is due. Between rounds it
 * sleeps until the next item is due, or until it is nudged.
 */

import { within } from "../waiting/waiting.ts";

/** A round of work, and when the next one is due. */
interface Round {
  readonly now: number;
  readonly nextDueAt: number | null;
  /** More is due than this process has room for: the clock leases again as soon as a round is over. */
  readonly isCrowded?: boolean;
}

interface LeaseClockOptions<R extends Round> {
  readonly lease: () => Promise<R>;
  readonly isEmpty: (round: R) => boolean;
  readonly run: (round: R) => Promise<void>;
  /** Hands back a round that has not begun, because the worker is stopping. */
  readonly release: (round: R) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** Shortest pause between two leases, so that items that fall due close together make one round. */
  readonly gatherMs: number;
  /** Default 4. */
  readonly mostRoundsAtOnce?: number;
  /** Whether other work goes first for now; asked before each lease. */
  readonly givesWay?: () => boolean;
}

/** Longest sleep: what another worker made due, or handed back, is found after this at the latest. */
const IDLE_MS = 1_000;
const MOST_ROUNDS_AT_ONCE = 4;

export class LeaseClock<R extends Round> {
  readonly #options: LeaseClockOptions<R>;
  readonly #rounds = new Set<Promise<void>>();
  #stopping = false;
  #isCrowded = false;
  #loop: Promise<void> = Promise.resolve();
  #sleeper: Sleeper | null = null;
  /** When this clock last heard from Redis, in ms of the monotonic clock. */
  #beatAt = performance.now();

  constructor(options: LeaseClockOptions<R>) {
    this.#options = options;
  }

  get silentForMs(): number {
    return performance.now() - this.#beatAt;
  }

  /** Says that an item falls due in `delayMs`: the clock sleeps no longer than that. */
  nudge(delayMs: number): void {
    const sooner = Math.max(this.#options.gatherMs, delayMs);
    if (this.#sleeper !== null && performance.now() + sooner < this.#sleeper.wakeAt)
      this.#sleeper.sooner(sooner);
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Stops leasing; resolves when the rounds under way are done, or after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#sleeper?.wake();
    await within(
      graceMs,
      this.#loop.then(() => Promise.all(this.#rounds)),
    );
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      await this.#sleep(await this.#tick());
    }
  }

  /** Leases one round and lets it run; returns how long to sleep. */
  async #tick(): Promise<number> {
    if (this.#rounds.size >= (this.#options.mostRoundsAtOnce ?? MOST_ROUNDS_AT_ONCE)) {
      await Promise.race(this.#rounds);
    }
    if (this.#options.givesWay?.() === true) return this.#options.gatherMs;
    let round: R;
    try {
      round = await this.#options.lease();
    } catch (error) {
      this.#options.onError(error);
      return IDLE_MS;
    }
    this.#beatAt = performance.now();
    this.#isCrowded = round.isCrowded === true;
    if (this.#stopping) {
      await this.#options.release(round).catch(this.#options.onError);
      return 0;
    }
    if (!this.#options.isEmpty(round)) this.#begin(round);
    const untilNextMs = round.nextDueAt === null ? IDLE_MS : round.nextDueAt - round.now;
    return Math.min(IDLE_MS, Math.max(this.#options.gatherMs, untilNextMs));
  }

  #begin(round: R): void {
    const running = this.#options
      .run(round)
      .catch(this.#options.onError)
      .finally(() => {
        this.#rounds.delete(running);
        if (this.#isCrowded) this.#sleeper?.wake();
      });
    this.#rounds.add(running);
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
  /** Shortens the sleep to this long from now. */
  readonly sooner: (pauseMs: number) => void;
}
