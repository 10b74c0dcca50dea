/**
 * Lists orders that the intake refused: they have no delivery, so they are shown nowhere else.
 */
import { writeAct } from "./audit.ts";
import type { Caller } from "./caller.ts";
import type { FieldError } from "./field-errors.ts";
import { whenReachable, type OperationsContext, type Unavailable } from "./context.ts";

export interface RefusedOrder {
  /** Where it came from: `stream bida:intake`, `queue bida-intake`. */
  readonly source: string;
  readonly producer: string;
  /** The id of the stream entry, or BullMQ's id. */
  readonly entry: string;
  readonly errors: readonly FieldError[];
  /** The order as it was written; long ones are cut. */
  readonly text: string;
}

export interface KeptRefusal extends RefusedOrder {
  /** Its place in the list, for the cursor. */
  readonly id: string;
  /** Milliseconds of Redis' clock. */
  readonly at: number;
}

export interface RefusedOrders {
  add(orders: readonly RefusedOrder[]): Promise<void>;
  /** The latest first, before the entry `before` where one is given. */
  list(most: number, before: string | null): Promise<readonly KeptRefusal[]>;
  count(): Promise<number>;
}

interface RefusedPage {
  readonly kind: "page";
  readonly items: readonly KeptRefusal[];
  readonly nextCursor: string | null;
}

interface ListRefused {
  readonly caller: Caller;
  readonly limit: number;
  readonly cursor: string | null;
  /** Whether the orders' texts are shown; then the audit log records who read them. */
  readonly withText: boolean;
}

export async function listRefusedOrders(
  { caller, limit, cursor, withText }: ListRefused,
  context: OperationsContext,
): Promise<RefusedPage | Unavailable> {
  return whenReachable({ context }, async (): Promise<RefusedPage> => {
    const items = await context.refusedOrders.list(limit, cursor);
    if (withText) await writeAct({ caller, act: "intake.read" }, context);
    const last = items.length < limit ? undefined : items.at(-1);
    return { kind: "page", items, nextCursor: last?.id ?? null };
  });
}
