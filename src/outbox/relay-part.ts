/**
 * Relays the waiting rows of one part: reads them by id, enqueues them, and marks each.
 *
 * Order within a lane: one relay at a time serves a part, rows are enqueued by id, and a row that cannot be
 * taken now holds the later rows of its account in this part. A relay that has lost its lock without noticing
 * (its session broke) can only repeat rows that it had read: they have keys, so a repeat changes nothing, and
 * none of them passes an older one. A row on which Bida throws holds the later rows of its lane; one without a
 * lane holds none.
 */
import { fateOf, type OrderFate } from "../intake/fate.ts";
import { takeAlone } from "../intake/take-alone.ts";
import type { EnqueueResult } from "../operations/enqueue.ts";
import type { Outbox, OutboxPorts, OutboxRow, OutboxTable, RowMark } from "./ports.ts";
import { readRow } from "./read-row.ts";

/**
 * What Bida enqueues in one call to Redis, for an account all or nothing, so that no row can pass another. It
 * also limits the memory of one process, with payloads of at most 1 MiB.
 */
const MOST_ROWS = 50;

/** After this many batches other parts have their turn. */
const MOST_BATCHES = 20;

/** `postponed`: Bida could not take something now; `more`: there may be more waiting rows. */
interface Relayed {
  readonly postponed: boolean;
  readonly more: boolean;
}

export async function relayPart(
  part: number,
  {
    table,
    outbox,
    ports,
    signal,
  }: { table: OutboxTable; outbox: Outbox; ports: OutboxPorts; readonly signal: AbortSignal },
): Promise<Relayed> {
  const held = new Set<string>();
  const left = new LeftRows();
  for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
    if (signal.aborted) break;
    const found = await table.waiting(part, { without: [...held], most: MOST_ROWS });
    if (found.length === 0) return { postponed: held.size > 0, more: false };
    const rows = found.filter((row) => !left.holds(row));
    // The rows behind these belong to the same accounts, so other accounts have their turn.
    if (rows.length === 0) for (const { account } of found) held.add(account);
    if (rows.length === 0) continue;
    const fates = await enqueueRows(rows, { outbox, ports });
    await table.mark(marksOf(rows, fates));
    for (const [index, row] of rows.entries()) {
      const fate = fates[index];
      if (fate?.kind !== "later") continue;
      if (fate.because === "order") left.add(row);
      else held.add(row.account);
    }
    emitRelayed(fates, { outbox, ports });
    if (found.length < MOST_ROWS && held.size === 0 && left.isEmpty) return { postponed: false, more: false };
  }
  return { postponed: held.size > 0 || !left.isEmpty, more: true };
}

/** Returns one fate for each row, in order. Enqueues them together; if the batch throws, one after another. */
async function enqueueRows(
  rows: readonly OutboxRow[],
  { outbox, ports }: { readonly outbox: Outbox; readonly ports: OutboxPorts },
): Promise<OrderFate[]> {
  const readings = rows.map((row) => readRow(row, outbox));
  const orders = readings.flatMap((reading) => (reading.kind === "order" ? [reading.order] : []));
  if (orders.length === 0)
    return readings.flatMap((reading) => (reading.kind === "refused" ? [reading] : []));
  let results: readonly EnqueueResult[];
  try {
    results = await ports.enqueue(orders);
  } catch {
    // The error is reported for the row that it belongs to.
    return enqueueEach(rows, { outbox, ports });
  }
  const each = results.values();
  return readings.map((reading): OrderFate => {
    if (reading.kind === "refused") return reading;
    const result = each.next().value;
    if (result === undefined) throw new Error("a batch has one result an order");
    return fateOf(result);
  });
}

/** Enqueues the rows one after another, by id; none passes an older one that it has to follow. */
async function enqueueEach(
  rows: readonly OutboxRow[],
  { outbox, ports }: { readonly outbox: Outbox; readonly ports: OutboxPorts },
): Promise<OrderFate[]> {
  const fates: OrderFate[] = [];
  const held = new Set<string>();
  const left = new LeftRows();
  for (const row of rows) {
    const reading = readRow(row, outbox);
    const { id, account } = row;
    if (reading.kind === "refused") fates.push(reading);
    else if (left.holds(row)) fates.push(behindLeft);
    else if (held.has(account)) fates.push(behindHeld);
    else {
      const alone = { order: reading.order, id, account, where: `the outbox ${outbox.name}` };
      const fate = await takeAlone(alone, ports);
      fates.push(fate);
      if (fate.kind !== "later") continue;
      if (fate.because === "order") left.add(row);
      else held.add(account);
    }
  }
  return fates;
}

const behindLeft: OrderFate = { kind: "later", detail: "it follows one that failed", because: "order" };
const behindHeld: OrderFate = { kind: "later", detail: "it follows one that waits", because: "account" };

/** Rows on which Bida threw, and rows that have to follow them. */
class LeftRows {
  readonly #ids = new Set<string>();
  readonly #lanes = new Set<string>();

  get isEmpty(): boolean {
    return this.#ids.size === 0;
  }

  add(row: OutboxRow): void {
    this.#ids.add(row.id);
    if (row.lane !== null) this.#lanes.add(laneOf(row));
  }

  holds(row: OutboxRow): boolean {
    return this.#ids.has(row.id) || (row.lane !== null && this.#lanes.has(laneOf(row)));
  }
}

function laneOf({ account, lane }: OutboxRow): string {
  return JSON.stringify([account, lane]);
}

function marksOf(rows: readonly OutboxRow[], fates: readonly OrderFate[]): RowMark[] {
  return rows.flatMap(({ id }, index): RowMark[] => {
    const fate = fates[index];
    if (fate?.kind === "acknowledged") return [{ kind: "acknowledged", id, deliveryId: fate.id }];
    return fate?.kind === "refused" ? [{ kind: "refused", id, errors: fate.errors }] : [];
  });
}

function emitRelayed(
  fates: readonly OrderFate[],
  { outbox: { name }, ports: { emit } }: { readonly outbox: Outbox; readonly ports: OutboxPorts },
): void {
  const count = (kind: OrderFate["kind"]): number => fates.filter((fate) => fate.kind === kind).length;
  emit({
    event: "outbox.relayed",
    outbox: name,
    acknowledged: count("acknowledged"),
    refused: count("refused"),
    postponed: count("later"),
  });
}
