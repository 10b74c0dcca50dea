/**
 * Takes one order by itself, after a batch failed: so the order that caused it is found, and no other waits for
 * it.
 */
import { messageOf } from "../delivery/error-words.ts";
import { fateOf, type OrderFate } from "./fate.ts";
import type { IntakePorts } from "./ports.ts";

interface Alone {
  readonly order: unknown;
  /** Its id in the source. */
  readonly id: string;
  readonly account: string;
  /** For the event: "the intake". */
  readonly where: string;
}

/** An order on which Bida throws stays where it is, and is reported as a bug. */
export async function takeAlone(
  { order, id, account, where }: Alone,
  { enqueue, emit }: Pick<IntakePorts, "enqueue" | "emit">,
): Promise<OrderFate> {
  try {
    const [result] = await enqueue([order]);
    if (result === undefined) throw new Error("a batch has one result an order");
    return fateOf(result);
  } catch (error) {
    const detail = messageOf(error);
    emit({ event: "bug", where, account, id, detail });
    return { kind: "later", detail, because: "order" };
  }
}
