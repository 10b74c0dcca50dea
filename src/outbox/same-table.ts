/**
 * Two outboxes on one table. A row's key contains the outbox's name, so by two names one row could become two
 * deliveries. The configuration cannot tell it where the database has two host names; the database can: each
 * outbox has a lock of its own number in its table, and another that finds it taken is in the same table.
 */
import { randomInt } from "node:crypto";
import { LANE_PARTS, type OutboxTable } from "./ports.ts";

/** PostgreSQL's locks are numbered by 32 bits with a sign. */
const MOST_NUMBER = 2 ** 31;

export class SameTable {
  /** By name; not those of another process. */
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #claimed = new WeakSet<OutboxTable>();

  /** @param names of outboxes; of two with the same table, the first one has it */
  constructor(names: readonly string[]) {
    this.#numbers = new Map(names.map((name) => [name, randomInt(LANE_PARTS + 1, MOST_NUMBER)]));
  }

  /** Claims the table for this outbox, for as long as its session lasts. Returns who has it already; null if nobody. */
  async ownerOf(name: string, table: OutboxTable): Promise<string | null> {
    for (const [other, number] of this.#numbers) {
      if (other === name) break;
      if (!(await table.lock(number))) return other;
      await table.unlock(number);
    }
    const own = this.#numbers.get(name);
    // Where another outbox is looking at this moment, the next call claims it.
    if (own !== undefined && !this.#claimed.has(table) && (await table.lock(own))) this.#claimed.add(table);
    return null;
  }
}
