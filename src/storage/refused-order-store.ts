/**
 * Orders that the intake refused, in a stream of its own: the latest ten thousand.
 */
import { z } from "zod";
import type { KeptRefusal, RefusedOrder, RefusedOrders } from "../operations/refused-orders.ts";
import type { ScriptedRedis } from "./connection.ts";
import { InstallationKeys } from "./installation-keys.ts";

const MOST_KEPT = 10_000;
/** How much of an order's text is kept, in UTF-16 units: enough to see what was meant. */
const TEXT_KEPT = 16 * 1024;
/** How much is kept of a name that a producer chose: of an entry, or a field. */
const NAME_KEPT = 500;

const kept = z.object({
  source: z.string(),
  producer: z.string(),
  entry: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })),
  text: z.string(),
});

export class RefusedOrderStore implements RefusedOrders {
  readonly #redis: ScriptedRedis;
  readonly #key: string;

  constructor(redis: ScriptedRedis, prefix: string) {
    this.#redis = redis;
    this.#key = new InstallationKeys(prefix).refusedOrders;
  }

  async add(orders: readonly RefusedOrder[]): Promise<void> {
    await Promise.all(
      orders.map(async ({ source, producer, entry, errors, text }) => {
        const order = JSON.stringify({
          source,
          producer,
          entry: cut(entry, NAME_KEPT),
          errors: errors.map(({ pointer, detail }) => ({
            pointer: cut(pointer, NAME_KEPT),
            detail: cut(detail, 2 * NAME_KEPT),
          })),
          text: cut(text, TEXT_KEPT),
        });
        await this.#redis.xadd(this.#key, "MAXLEN", "~", MOST_KEPT, "*", "order", order);
      }),
    );
  }

  async list(most: number, before: string | null): Promise<KeptRefusal[]> {
    const from = before === null ? "+" : `(${before}`;
    const found = await this.#redis.xrevrange(this.#key, from, "-", "COUNT", most);
    return found.flatMap(([id, fields]) => {
      const parsed = kept.safeParse(parse(fields[1] ?? ""));
      return parsed.success ? [{ ...parsed.data, id, at: Number(id.split("-")[0]) }] : [];
    });
  }

  async count(): Promise<number> {
    return this.#redis.xlen(this.#key);
  }
}

/** Cuts a text; half of a surrogate pair at the end is replaced. */
function cut(text: string, most: number): string {
  return text.slice(0, most).toWellFormed();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Written by another program: the entry is left out.
    return null;
  }
}
