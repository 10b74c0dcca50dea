/**
 * Takes a batch of orders from one source: reads each, enqueues those that can be read, together, and
 * keeps the refused ones where people find them.
 */
import type { FieldError } from "../operations/field-errors.ts";
import { fateOf, type OrderFate } from "./fate.ts";
import type { IntakePorts, Source } from "./ports.ts";
import { accountOf, readOrder, type WrittenOrder } from "./read-order.ts";
import { takeAlone } from "./take-alone.ts";

export interface FoundOrder extends WrittenOrder {
  /** Where it stands in its source: the stream entry's or the BullMQ id. */
  readonly entry: string;
  /** What is wrong with it beside its text. */
  readonly errors?: readonly FieldError[];
}

/** One fate an order, in order. A refused one has been kept when this resolves. */
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

/** Together; where one of them breaks the batch, each alone, so that the others do not wait for it. */
async function fatesOf(
  orders: readonly (FoundOrder & { readonly order: unknown })[],
  ports: Pick<IntakePorts, "enqueue" | "emit">,
): Promise<OrderFate[]> {
  if (orders.length === 0) return [];
  try {
    return (await ports.enqueue(orders.map(({ order }) => order))).map(fateOf);
  } catch {
    // Whatever it was is told of the order that it is about.
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
