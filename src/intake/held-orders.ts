/**
 * Orders that wait for their account, because its backlog is full or the durability that they ask for was not
 * reached. They are tried again by account, the oldest first: they keep their order, and delay no other
 * account's orders.
 *
 * An order for which there is no room here stays only in the stream, and is read again from there.
 */
import { growingPauseMs } from "../delivery/backoff.ts";
import type { StreamOrder } from "./read-entry.ts";

interface Waiting {
  orders: StreamOrder[];
  tries: number;
  dueAt: number;
}

const MOST_ORDERS = 1_000;
const MOST_CHARACTERS = 32 * 1024 * 1024;
const MOST_AT_ONCE = 50;
const PAUSE_MS = { first: 250, most: 10_000 };

export class HeldOrders {
  readonly #byAccount = new Map<string, Waiting>();
  readonly #entries = new Set<string>();
  #characters = 0;

  has(entry: string): boolean {
    return this.#entries.has(entry);
  }

  waitsFor(account: string): boolean {
    return this.#byAccount.has(account);
  }

  get entries(): readonly string[] {
    return [...this.#entries];
  }

  get orders(): readonly StreamOrder[] {
    return [...this.#byAccount.values()].flatMap(({ orders }) => orders);
  }

  /** Adds an order behind those of the same account; false if there is no room. */
  add(account: string, { order, now }: { readonly order: StreamOrder; readonly now: number }): boolean {
    const fits = this.#entries.size < MOST_ORDERS && this.#characters + order.text.length <= MOST_CHARACTERS;
    if (!fits) return false;
    const waiting = this.#byAccount.get(account) ?? { orders: [], tries: 0, dueAt: now + PAUSE_MS.first };
    waiting.orders.push(order);
    this.#byAccount.set(account, waiting);
    this.#entries.add(order.entry);
    this.#characters += order.text.length;
    return true;
  }

  /** The oldest orders of each account that is due for a new try. */
  due(now: number): { readonly account: string; readonly orders: readonly StreamOrder[] }[] {
    return [...this.#byAccount]
      .filter(([, { dueAt }]) => dueAt <= now)
      .map(([account, { orders }]) => ({ account, orders: orders.slice(0, MOST_AT_ONCE) }));
  }

  /** When the next account is due; Infinity where none waits. */
  get nextAt(): number {
    return Math.min(...[...this.#byAccount.values()].map(({ dueAt }) => dueAt));
  }

  /** Records that the orders that were tried are settled, except `left`. */
  tried(
    account: string,
    {
      orders,
      left,
      now,
    }: {
      readonly orders: readonly StreamOrder[];
      readonly left: readonly StreamOrder[];
      readonly now: number;
    },
  ): void {
    const waiting = this.#byAccount.get(account);
    if (waiting === undefined) return;
    const settled = orders.filter((order) => !left.includes(order));
    for (const { entry, text } of settled) {
      this.#entries.delete(entry);
      this.#characters -= text.length;
    }
    waiting.orders = waiting.orders.filter((order) => !settled.includes(order));
    if (waiting.orders.length === 0) {
      this.#byAccount.delete(account);
      return;
    }
    // If some were taken, the next ones may be taken too: so the pause does not grow.
    waiting.tries = settled.length > 0 ? 0 : waiting.tries + 1;
    waiting.dueAt = left.length === 0 ? now : now + growingPauseMs(waiting.tries, PAUSE_MS);
  }
}
