/**
 * Takes orders from the stream, in batches, until it is stopped.
 *
 * It waits with a blocking read, so an idle intake costs two commands a second. An order whose account cannot
 * take it now is held and tried again, and the others go on. While Bida's own Redis is away nothing new is
 * read: orders then wait in the stream, not in this process.
 */
import { growingPauseMs } from "../delivery/backoff.ts";
import { messageOf } from "../delivery/error-words.ts";
import { pause } from "../waiting/waiting.ts";
import type { OrderFate } from "./fate.ts";
import { HeldOrders } from "./held-orders.ts";
import { isRefusal, type OrderStream } from "./order-stream.ts";
import type { IntakePorts, Source } from "./ports.ts";
import type { StreamOrder } from "./read-entry.ts";
import { accountOf } from "./read-order.ts";
import { takeOrders } from "./take-orders.ts";

interface StreamIntakeOptions {
  readonly stream: OrderStream;
  readonly source: Source;
  readonly ports: IntakePorts;
  readonly onError: (error: unknown) => void;
  /** Entries that other consumers have held for longer are taken over, because their process has crashed. */
  readonly idleMs?: number;
}

const MOST_AT_ONCE = 50;
const WAIT_MS = 1_000;
const IDLE_MS = 30_000;
const CLAIM_EVERY_MS = 5_000;
/** After a claimed batch that could not be taken: the entries behind it may be another account's. */
const CLAIM_ON_AFTER_MS = 500;
const PAUSE_MS = { first: 250, most: 10_000 };
const TROUBLED_AFTER_MS = 5_000;
const REMOVED =
  "somebody removed this entry (XTRIM, MAXLEN or XDEL) while a consumer that has crashed or stopped held it; unless it was acknowledged, write it again";

export class StreamIntake {
  readonly #options: StreamIntakeOptions;
  readonly #leaving = new AbortController();
  readonly #held = new HeldOrders();
  /** The entries of held orders that somebody has removed from the stream. */
  #removed: ReadonlySet<string> = new Set();
  #running: Promise<void> | null = null;
  #isOpen = false;
  #claimAt = Number.NEGATIVE_INFINITY;
  /** Whether there are more entries to take over from other consumers. */
  #hasMore = false;
  #goodAt = performance.now();
  #lastError = "no answer from its Redis";

  constructor(options: StreamIntakeOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Why no orders have been taken for some seconds; null while they are. */
  get trouble(): string | null {
    return performance.now() - this.#goodAt > TROUBLED_AFTER_MS ? this.#lastError : null;
  }

  /** Resolves when nothing is under way any more. Orders that are not settled stay in the stream. */
  async stop(): Promise<void> {
    this.#leaving.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { onError } = this.#options;
    let failures = 0;
    while (!this.#leaving.signal.aborted) {
      try {
        await this.#round();
        this.#goodAt = performance.now();
        failures = 0;
      } catch (error) {
        this.#lastError = messageOf(error);
        // The stream was deleted, and its group with it: both are created again.
        if (!isMissing(error)) onError(error);
        this.#isOpen = false;
        await this.#pause(failures);
        failures += 1;
      }
    }
    await this.#leave().catch(onError);
  }

  /** Reports held orders whose entry somebody removed: after this process nobody would have them. */
  async #leave(): Promise<void> {
    const { stream } = this.#options;
    await this.#keep();
    await this.#refuse(this.#held.orders.filter(({ entry }) => this.#removed.has(entry)));
    await stream.leave();
  }

  async #round(): Promise<void> {
    const { stream } = this.#options;
    if (!this.#isOpen) await stream.open();
    this.#isOpen = true;
    await this.#retryHeld();
    await this.#take((await this.#claimed()) ?? (await this.#next()));
  }

  async #next(): Promise<StreamOrder[]> {
    const untilRetry = this.#held.nextAt - performance.now();
    return this.#options.stream.next(MOST_AT_ONCE, Math.min(WAIT_MS, Math.max(0, untilRetry)));
  }

  /** Claims entries that nobody works on, at intervals; null if there are none, or it is not time yet. */
  async #claimed(): Promise<readonly StreamOrder[] | null> {
    const { stream, idleMs = IDLE_MS } = this.#options;
    if (performance.now() < this.#claimAt) return null;
    const every = Math.min(CLAIM_EVERY_MS, idleMs);
    this.#claimAt = performance.now() + every;
    await this.#keep();
    const { orders, removed, hasMore } = await stream.claim(MOST_AT_ONCE, idleMs);
    this.#hasMore = hasMore;
    await this.#refuseRemoved(removed);
    const forgotten = await stream.forgotten(MOST_AT_ONCE);
    if (hasMore || forgotten.hasMore) this.#claimAt = performance.now() + Math.min(CLAIM_ON_AFTER_MS, every);
    // There may be more like them.
    if (forgotten.orders.length > 0) this.#claimAt = performance.now();
    const found = [...orders, ...forgotten.orders];
    if (found.length === 0 && !hasMore) await stream.forgetGone(idleMs);
    return found.length > 0 ? found : null;
  }

  /** Keeps what is held here, and reports what somebody removed. */
  async #keep(): Promise<void> {
    await this.#refuseRemoved(await this.#options.stream.keep(this.#held.entries));
  }

  /**
   * The stream was trimmed. An order that is held here is still tried, because its text is here; what others held
   * and did not acknowledge must be written again by its producer.
   */
  async #refuseRemoved(removed: readonly string[]): Promise<void> {
    const isHeld = (entry: string): boolean => this.#held.has(entry);
    this.#removed = new Set([...this.#removed, ...removed].filter(isHeld));
    const lost = removed.filter((entry) => !isHeld(entry));
    await this.#refuse(lost.map((entry) => ({ entry, text: "" })));
  }

  async #refuse(lost: readonly Pick<StreamOrder, "entry" | "text">[]): Promise<void> {
    if (lost.length === 0) return;
    const { source, ports } = this.#options;
    const { name, producer } = source;
    const errors = [{ pointer: "", detail: REMOVED }];
    await ports.refuse(lost.map(({ entry, text }) => ({ source: name, producer, entry, text, errors })));
  }

  /** Takes new and claimed orders. Those that are held already are not tried here. */
  async #take(found: readonly StreamOrder[]): Promise<void> {
    const fresh = found.filter(({ entry }) => !this.#held.has(entry));
    const waits = (order: StreamOrder): boolean => this.#held.waitsFor(accountOf(order));
    for (const order of fresh.filter(waits)) this.#hold(order);
    const { length } = fresh;
    const settled = await this.#tryAll(fresh.filter((order) => !waits(order)));
    // After a claimed batch that was settled completely there may be more to claim.
    if (this.#hasMore && length > 0 && settled === length) this.#claimAt = performance.now();
  }

  /** Tries orders until each is settled or held, or the process stops. Returns how many were settled. */
  async #tryAll(fresh: readonly StreamOrder[]): Promise<number> {
    let orders = fresh;
    let settled = 0;
    for (let tries = 0; orders.length > 0; tries += 1) {
      const fates = await this.#try(orders);
      const later = orders.filter((_, index) => fates[index]?.kind === "later");
      settled += orders.length - later.length;
      for (const [index, order] of orders.entries()) if (waitsForAccount(fates[index])) this.#hold(order);
      orders = orders.filter((_, index) => waitsForEverything(fates[index]));
      if (orders.length > 0) await this.#pause(tries);
      // Another process takes them over.
      if (this.#leaving.signal.aborted) break;
    }
    return settled;
  }

  async #retryHeld(): Promise<void> {
    for (const { account, orders } of this.#held.due(performance.now())) {
      const fates = await this.#try(orders);
      const left = orders.filter((_, index) => fates[index]?.kind === "later");
      this.#held.tried(account, { orders, left, now: performance.now() });
      if (this.#leaving.signal.aborted) return;
    }
  }

  async #try(orders: readonly StreamOrder[]): Promise<OrderFate[]> {
    const { stream, source, ports } = this.#options;
    const fates = await takeOrders(orders, { source, ports });
    await stream.settle(orders, fates);
    this.#goodAt = performance.now();
    return fates;
  }

  /**
   * Holds an order. If there is no room it stays in the stream, and is claimed when it has been idle for long
   * enough.
   */
  #hold(order: StreamOrder): void {
    this.#held.add(accountOf(order), { order, now: performance.now() });
  }

  async #pause(times: number): Promise<void> {
    await pause(growingPauseMs(times, PAUSE_MS), this.#leaving.signal);
  }
}

function waitsForAccount(fate: OrderFate | undefined): boolean {
  return fate?.kind === "later" && fate.because === "account";
}

function waitsForEverything(fate: OrderFate | undefined): boolean {
  return fate?.kind === "later" && fate.because === "everything";
}

/** Whether the stream or its group is missing. Redis 7.0 reports a deleted stream as UNBLOCKED. */
function isMissing(error: unknown): boolean {
  return isRefusal(error, "NOGROUP") || isRefusal(error, "UNBLOCKED");
}
