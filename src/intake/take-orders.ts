/**
 * Takes a batch of orders from one source: reads each, enqueues the readable ones together, and stores the
 * refused ones where people find them.
 */
import type { FieldError } from "../operations/field-errors.ts";
import { fateOf, type OrderFate } from "./fate.ts";
import type { IntakePorts, Source } from "./ports.ts";
import { accountOf, readOrder, type WrittenOrder } from "./read-order.ts";
import { takeAlone } from "./take-alone.ts";

export interface FoundOrder extends WrittenOrder {
  /** Its id in the source: of the stream entry, or BullMQ's. */
  readonly entry: string;
  /** Errors outside its text. */
  readonly errors?: readonly FieldError[];
}

/** Returns one fate for each order, in order. Refused orders are stored when this resolves. */
export async function takeOrders(
  found: readonly FoundOrder[],
  { source, ports: { enqueue, refuse, emit } }: { readonly source: Source; readonly ports: IntakePorts },
): Promise<OrderFate[]> {
  const readings = found.map((one) =>
    one.errors === undefined ? readOrder(one, source) : refusedBy(one.errors),
  );
  const orders = found.flatMap((one, index) => {
    const reading = readings[index];
    return reading?.kind === "order" ? [{ ...one, order: reading.order }] : [];
  });
  const taken = (await fatesOf(orders, { enqueue, emit })).values();
  const fates = readings.map((reading): OrderFate => {
    if (reading.kind === "refused") return reading;
    const fate = taken.next().value;
    if (fate === undefined) throw new Error("a batch has one result an order");
    return fate;
  });
  const refused = found.flatMap(({ entry, text }, index) => {
    const fate = fates[index];
    return fate?.kind === "refused"
      ? [{ source: source.name, producer: source.producer, entry, text, ...fate }]
      : [];
  });
  if (refused.length > 0) await refuse(refused.map(({ kind: _kind, ...order }) => order));
  const count = (kind: OrderFate["kind"]): number => fates.filter((fate) => fate.kind === kind).length;
  emit({
    event: "intake.taken",
    source: source.name,
    producer: source.producer,
    acknowledged: count("acknowledged"),
    refused: count("refused"),
    postponed: count("later"),
  });
  return fates;
}

/**
 * Enqueues them together; if the batch throws, one by one, so that the others do not wait for the one that
 * caused it.
 */
async function fatesOf(
  orders: readonly (FoundOrder & { readonly order: unknown })[],
  ports: Pick<IntakePorts, "enqueue" | "emit">,
): Promise<OrderFate[]> {
  if (orders.length === 0) return [];
  try {
    return (await ports.enqueue(orders.map(({ order }) => order))).map(fateOf);
  } catch {
    // The error is reported for the order that causes it.
    return Promise.all(
      orders.map((one) =>
        takeAlone({ order: one.order, id: one.entry, account: accountOf(one), where: "the intake" }, ports),
      ),
    );
  }
}

function refusedBy(errors: readonly FieldError[]): OrderFate & { kind: "refused" } {
  return { kind: "refused", errors };
}
