/**
 * Relays the waiting rows of one part: locks and reads them by id, enqueues them, and marks each.
 *
 * Order within a lane: one relay at a time serves a part, rows are enqueued by id, and a row that cannot be
 * taken now holds the later rows of its account in this part. A relay that has lost its lock without noticing
 * (its session broke) can only repeat rows that it had read: they have keys, so a repeat changes nothing, and
 * none of them passes an older one. A row on which Bida throws, or that a transaction of the business system keeps
 * locked, holds the later rows of its lane; one without a lane holds none.
 */
import { fateOf, type OrderFate } from "../intake/fate.ts";
import { takeAlone } from "../intake/take-alone.ts";
import type { EnqueueResult } from "../operations/enqueue.ts";
import type { Outbox, OutboxPorts, OutboxRow, OutboxTable, RowMark, WaitingRow } from "./ports.ts";
import { readRow } from "./read-row.ts";
import type { TableRound } from "./table-loop.ts";

/** What Bida enqueues in one call to Redis, for an account all or nothing, so that no row can pass another. */
const MOST_ROWS = 50;
/** Payloads and metadata of a batch that has more than one row. */
const MOST_BYTES = 8 * 1024 * 1024;

/** After this many batches other parts have their turn: a new row waits for one turn of each. */
const MOST_BATCHES = 5;
/** If more rows than this cannot be taken, the rows behind them wait with their accounts. */
const MOST_LEFT = 1_000;

/** `postponed`: something could not be taken now; `more`: there may be more waiting rows. */
interface Relayed {
  readonly postponed: boolean;
  readonly more: boolean;
}

interface Relaying {
  readonly table: OutboxTable;
  readonly outbox: Outbox;
  readonly ports: OutboxPorts;
}

export async function relayPart(
  part: number,
  { signal, progressed, ...relaying }: Relaying & TableRound,
): Promise<Relayed> {
  const held = new Set<string>();
  const left = new LeftRows();
  for (let batches = 0; batches < MOST_BATCHES;) {
    if (signal.aborted) break;
    const without = { withoutAccounts: [...held], withoutIds: left.ids };
    const found = await relaying.table.waiting(part, { ...without, most: MOST_ROWS });
    if (found.length === 0) return { postponed: held.size > 0 || !left.isEmpty, more: false };
    if (left.ids.length > MOST_LEFT) for (const { account } of found) held.add(account);
    const wanted = withinBytes(found.filter((row) => !left.takesIn(row)));
    if (wanted.length === 0) continue;
    const relayed = await relayBatch(wanted, { relaying, left, held });
    progressed();
    if (relayed > 0) batches += 1;
    const isLast = found.length < MOST_ROWS && relayed === found.length;
    if (isLast && held.size === 0 && left.isEmpty) return { postponed: false, more: false };
  }
  return { postponed: held.size > 0 || !left.isEmpty, more: true };
}

/** At least one. */
function withinBytes(rows: readonly WaitingRow[]): readonly WaitingRow[] {
  let bytes = 0;
  const tooMany = rows.findIndex((row) => (bytes += row.bytes) > MOST_BYTES);
  return tooMany === -1 ? rows : rows.slice(0, Math.max(1, tooMany));
}

/** Says how many rows Bida was asked about. */
async function relayBatch(
  wanted: readonly WaitingRow[],
  {
    relaying: { table, outbox, ports },
    left,
    held,
  }: { readonly relaying: Relaying; readonly left: LeftRows; readonly held: Set<string> },
): Promise<number> {
  const taken = new Map((await table.take(wanted.map(({ id }) => id))).map((row) => [row.id, row]));
  const rows: OutboxRow[] = [];
  for (const row of wanted) {
    const own = taken.get(row.id);
    // Locked by somebody, or no longer waiting: the next round tells.
    if (own === undefined) left.add(row);
    else if (!left.takesIn(row)) rows.push(own);
  }
  const fates = await enqueueRows(rows, { outbox, ports });
  await table.mark(marksOf(rows, fates));
  for (const [index, row] of rows.entries()) {
    const fate = fates[index];
    if (fate?.kind !== "later") continue;
    if (fate.because === "order") left.add(row);
    else held.add(row.account);
  }
  if (rows.length > 0) emitRelayed(fates, { outbox, ports });
  return rows.length;
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
    else if (left.takesIn(row)) fates.push(behindLeft);
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

/** Rows that cannot be taken now, and those that have to follow them. */
class LeftRows {
  readonly #ids = new Set<string>();
  readonly #lanes = new Set<string>();

  get isEmpty(): boolean {
    return this.#ids.size === 0;
  }

  get ids(): readonly string[] {
    return [...this.#ids];
  }

  add(row: Row): void {
    this.#ids.add(row.id);
    if (row.lane !== null) this.#lanes.add(laneOf(row));
  }

  /** Whether it is one of them, or has to follow one: then it is one of them from now on. */
  takesIn(row: Row): boolean {
    const isLeft = this.#ids.has(row.id) || (row.lane !== null && this.#lanes.has(laneOf(row)));
    if (isLeft) this.add(row);
    return isLeft;
  }
}

type Row = Pick<WaitingRow, "id" | "account" | "lane">;

function laneOf({ account, lane }: Row): string {
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
