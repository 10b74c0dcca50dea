/**
 * Relays the waiting rows of one part: reads them in the order of their ids, enqueues them, marks each.
 *
 * Order within a lane: one relay at a time serves a part, rows are enqueued in the order of their ids, and
 * what cannot be taken now holds its account's later rows of this part. A relay that has lost its lock
 * without knowing (its session broke) can only repeat rows that it had read: they have their keys, so a
 * repeat changes nothing, and none of them passes an older one.
 */
import { fateOf, type OrderFate } from "../intake/fate.ts";
import type { Outbox, OutboxPorts, OutboxRow, OutboxTable, RowMark } from "./ports.ts";
import { readRow } from "./read-row.ts";

/**
 * What Bida takes in one step of Redis, all or nothing of an account: within it no row can pass another. It
 * also bounds what one process holds, with payloads of at most 1 MiB.
 */
const MOST_ROWS = 50;

/** Then other parts have their turn. */
const MOST_BATCHES = 20;

/** `postponed`: Bida could not take something now; `more`: there may be more waiting rows. */
interface Relayed {
  readonly postponed: boolean;
  readonly more: boolean;
}

export async function relayPart(
  part: number,
  { table, outbox, ports }: { table: OutboxTable; outbox: Outbox; ports: OutboxPorts },
  signal: AbortSignal,
): Promise<Relayed> {
  const held = new Set<string>();
  for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
    if (signal.aborted) break;
    const rows = await table.waiting(part, [...held], MOST_ROWS);
    if (rows.length === 0) return { postponed: held.size > 0, more: false };
    const fates = await enqueueRows(rows, outbox, ports);
    await table.mark(marksOf(rows, fates));
    for (const [index, { account }] of rows.entries()) if (fates[index]?.kind === "later") held.add(account);
    emitRelayed(fates, outbox, ports);
    if (rows.length < MOST_ROWS && held.size === 0) return { postponed: false, more: false };
  }
  return { postponed: held.size > 0, more: true };
}

/** One fate a row, in order. */
async function enqueueRows(
  rows: readonly OutboxRow[],
  outbox: Outbox,
  { enqueue }: OutboxPorts,
): Promise<OrderFate[]> {
  const readings = rows.map((row) => readRow(row, outbox));
  const orders = readings.flatMap((reading) => (reading.kind === "order" ? [reading.order] : []));
  const results = (orders.length === 0 ? [] : await enqueue(orders)).values();
  return readings.map((reading): OrderFate => {
    if (reading.kind === "refused") return reading;
    const result = results.next().value;
    if (result === undefined) throw new Error("a batch has one result an order");
    return fateOf(result);
  });
}

function marksOf(rows: readonly OutboxRow[], fates: readonly OrderFate[]): RowMark[] {
  return rows.flatMap(({ id }, index): RowMark[] => {
    const fate = fates[index];
    if (fate?.kind === "acknowledged") return [{ kind: "acknowledged", id, deliveryId: fate.id }];
    return fate?.kind === "refused" ? [{ kind: "refused", id, errors: fate.errors }] : [];
  });
}

function emitRelayed(fates: readonly OrderFate[], { name }: Outbox, { emit }: OutboxPorts): void {
  const count = (kind: OrderFate["kind"]): number => fates.filter((fate) => fate.kind === kind).length;
  emit({
    event: "outbox.relayed",
    outbox: name,
    acknowledged: count("acknowledged"),
    refused: count("refused"),
    postponed: count("later"),
  });
}
