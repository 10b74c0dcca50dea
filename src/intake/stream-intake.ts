/**
 * Takes orders from the stream, a batch at a time, until it is stopped.
 *
 * Waiting is Redis' (a blocking read): an idle intake costs one command a second. When Bida cannot take an
 * order now (its Redis is away, the account's backlog is full), the batch is held and tried again; nothing
 * new is read meanwhile, so that orders wait in the stream and not in this process.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { isRefusal, type OrderStream, type StreamOrder } from "./order-stream.ts";
import type { IntakePorts, Source } from "./ports.ts";
import { takeOrders } from "./take-orders.ts";

export interface StreamIntakeOptions {
  readonly stream: OrderStream;
  readonly source: Source;
  readonly ports: IntakePorts;
  readonly onError: (error: unknown) => void;
  /** What others have held for longer is taken over: their process has crashed. */
  readonly idleMs?: number;
}

/** With orders of at most about 1 MiB, this bounds what one process holds. */
const MOST_AT_ONCE = 50;
const WAIT_MS = 1_000;
const IDLE_MS = 30_000;
const CLAIM_EVERY_MS = 5_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

export class StreamIntake {
  readonly #options: StreamIntakeOptions;
  readonly #leaving = new AbortController();
  #running: Promise<void> | null = null;
  #claimedAt = Number.NEGATIVE_INFINITY;
  #answeredAt = performance.now();

  constructor(options: StreamIntakeOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** How long Redis has not answered. */
  get silentForMs(): number {
    return performance.now() - this.#answeredAt;
  }

  /** Resolves when nothing is under way any more. What has no fate stays in the stream. */
  async stop(): Promise<void> {
    this.#leaving.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { stream, onError } = this.#options;
    let failures = 0;
    while (!this.#leaving.signal.aborted) {
      try {
        await this.#round();
        failures = 0;
      } catch (error) {
        // The stream was deleted, with its group: both are made anew.
        if (isRefusal(error, "NOGROUP")) await stream.open().catch(onError);
        else onError(error);
        await this.#pause(failures);
        failures += 1;
      }
    }
    await stream.leave().catch(onError);
  }

  async #round(): Promise<void> {
    const orders = await this.#find();
    this.#answeredAt = performance.now();
    if (orders.length > 0) await this.#take(orders);
  }

  async #find(): Promise<StreamOrder[]> {
    const { stream, idleMs = IDLE_MS } = this.#options;
    if (performance.now() - this.#claimedAt > Math.min(CLAIM_EVERY_MS, idleMs)) {
      const claimed = await stream.claim(MOST_AT_ONCE, idleMs);
      // A full batch may have more behind it.
      if (claimed.length < MOST_AT_ONCE) this.#claimedAt = performance.now();
      if (claimed.length > 0) return claimed;
    }
    return stream.next(MOST_AT_ONCE, WAIT_MS);
  }

  /** Until each has a fate, or the process leaves: then another consumer takes them over. */
  async #take(found: readonly StreamOrder[]): Promise<void> {
    const { stream, source, ports } = this.#options;
    let orders = found;
    for (let tries = 0; ; tries += 1) {
      const fates = await takeOrders(orders, source, ports);
      await stream.settle(orders, fates);
      this.#answeredAt = performance.now();
      orders = orders.filter((_, index) => fates[index]?.kind === "later");
      if (orders.length === 0 || this.#leaving.signal.aborted) return;
      await this.#pause(tries);
      if (this.#leaving.signal.aborted) return;
    }
  }

  async #pause(times: number): Promise<void> {
    const ms = Math.min(FIRST_PAUSE_MS * 2 ** times, LONGEST_PAUSE_MS);
    await sleep(ms, undefined, { signal: this.#leaving.signal }).catch((error: unknown) => {
      // It is leaving: there is nothing to wait for.
      if (!this.#leaving.signal.aborted) throw error;
    });
  }
}
