/**
 * What a relay does with a batch, decided without a database: order while an account is full, and what a
 * replayed row becomes.
 */
import { expect, it } from "vitest";
import type { EnqueueResult } from "../../../src/operations/enqueue.ts";
import { followRows } from "../../../src/outbox/follow-rows.ts";
import type {
  FollowedRow,
  OutboxPorts,
  OutboxRow,
  OutboxTable,
  RowEnding,
  RowMark,
} from "../../../src/outbox/ports.ts";
import { relayPart } from "../../../src/outbox/relay-part.ts";
import type { TableRound } from "../../../src/outbox/table-loop.ts";

const OUTBOX = { name: "oa", accounts: ["full", "free"], keepMs: 0 };
const GOING_ON: TableRound = { signal: new AbortController().signal, progressed: () => undefined };

function aRow(id: string, account: string): OutboxRow {
  const none = { lane: null, key: null, sendAt: null, deadline: null, priority: null, callbackUrl: null };
  return { ...none, id, account, operation: "todo.create", payload: "{}", metadata: null };
}

interface TableOptions {
  readonly followed?: readonly FollowedRow[];
  /** Ids that a transaction of somebody else has locked. */
  readonly locked?: readonly string[];
}

function aTable(rows: readonly OutboxRow[], { followed = [], locked = [] }: TableOptions = {}) {
  const marks: RowMark[] = [];
  const endings: RowEnding[] = [];
  const takes: (readonly string[])[] = [];
  const table: Partial<OutboxTable> = {
    waiting: async (_part, { withoutAccounts, withoutIds, most }) =>
      rows
        .filter(({ id, account }) => !withoutAccounts.includes(account) && !withoutIds.includes(id))
        .filter(({ id }) => !marks.some((mark) => mark.id === id))
        .slice(0, most)
        .map((row) => ({ ...row, bytes: row.payload?.length ?? 0 })),
    take: async (ids) => {
      const taken = rows.filter(({ id }) => ids.includes(id) && !locked.includes(id));
      takes.push(taken.map(({ id }) => id));
      return taken;
    },
    mark: async (some) => void marks.push(...some),
    followed: async (_status, { after }) => followed.filter(({ id }) => BigInt(id) > BigInt(after)),
    finish: async (some) => endings.push(...some),
  };
  return { table: table as OutboxTable, marks, endings, takes };
}

function ports(enqueue: (order: { account: string; key: string }) => EnqueueResult): OutboxPorts {
  return {
    enqueue: async (orders) => orders.map((order) => enqueue(order as { account: string; key: string })),
    endings: async () => new Map(),
    emit: () => undefined,
  };
}

it("goes on with other accounts while one is full, and takes none of the full one's later rows", async () => {
  const { table, marks } = aTable([
    aRow("1", "free"),
    aRow("2", "full"),
    aRow("3", "full"),
    aRow("4", "free"),
  ]);
  let room = 0;

  const relayed = await relayPart(0, {
    table,
    outbox: OUTBOX,
    ports: ports(({ account, key }) => {
      if (account === "free") return { kind: "created", id: key };
      room += 1;
      // There would be room again at once: its later rows must wait for the first all the same.
      return room <= 2 ? { kind: "full" } : { kind: "created", id: key };
    }),
    ...GOING_ON,
  });

  expect(relayed).toEqual({ postponed: true, more: false });
  expect(marks.map(({ id }) => id)).toEqual(["1", "4"]);
});

it("stops between two batches when it is asked to", async () => {
  const leaving = AbortSignal.abort();
  const { table, marks } = aTable([aRow("1", "free")]);

  await relayPart(0, {
    table,
    outbox: OUTBOX,
    ports: ports(() => ({ kind: "full" })),
    ...GOING_ON,
    signal: leaving,
  });

  expect(marks).toEqual([]);
});

it("reopens a dead row whose delivery was replayed", async () => {
  const { table, endings } = aTable([], { followed: [{ id: "7", account: "free", deliveryId: "d-1" }] });

  await followRows("dead", {
    following: { table, outbox: OUTBOX, ports: ports(() => ({ kind: "full" })) },
    ...GOING_ON,
  });

  expect(endings).toEqual([{ id: "7", ending: null }]);
});

const aRowIn = (lane: string | null, id: string): OutboxRow => ({ ...aRow(id, "free"), lane });

it("leaves one row that fails inside Bida, and those behind it in its lane; all others go on", async () => {
  const many = Array.from({ length: 60 }, (_, i) => aRowIn(null, String(10 + i)));
  const { table, marks } = aTable([
    aRowIn(null, "1"),
    aRowIn("a", "2"),
    aRowIn("a", "3"),
    aRowIn("b", "4"),
    ...many,
    aRowIn("a", "90"),
  ]);
  const bugs: (string | null)[] = [];
  const broken = new Set(["outbox:oa:1", "outbox:oa:2"]);
  const failing = ports(({ key }) => {
    if (broken.has(key)) throw new Error("a bug");
    return { kind: "created", id: key };
  });
  const emit: OutboxPorts["emit"] = (event) => void (event.event === "bug" && bugs.push(event.id));

  const relayed = await relayPart(0, {
    table,
    outbox: OUTBOX,
    ports: { ...failing, emit },
    ...GOING_ON,
  });

  expect(relayed).toEqual({ postponed: true, more: false });
  expect(marks.map(({ id }) => id)).toEqual(["4", ...many.map(({ id }) => id)]);
  expect(bugs).toEqual(["1", "2"]);
});

it("goes on with other accounts behind more failing rows than it reads at once", async () => {
  const failing = Array.from({ length: 70 }, (_, i) => aRow(String(i + 1), "full"));
  const { table, marks } = aTable([...failing, aRow("99", "free")]);

  await relayPart(0, {
    table,
    outbox: OUTBOX,
    ports: ports(({ account, key }) => {
      if (account === "full") throw new Error("a bug");
      return { kind: "created", id: key };
    }),
    ...GOING_ON,
  });

  expect(marks.map(({ id }) => id)).toEqual(["99"]);
});

const taking = ports(({ key }) => ({ kind: "created", id: key }));

it("tells its progress after each batch and each page, because a large backlog takes minutes", async () => {
  const rows = Array.from({ length: 120 }, (_, i) => aRowIn(null, String(i + 1)));
  const followed = Array.from({ length: 20 }, (_, i) => ({
    id: String(i + 1),
    account: "free",
    deliveryId: `d-${i}`,
  }));
  const { table } = aTable(rows, { followed });
  let progress = 0;
  const turn: TableRound = { ...GOING_ON, progressed: () => void (progress += 1) };

  await relayPart(0, { table, outbox: OUTBOX, ports: taking, ...turn });
  expect(progress).toBe(3);
  await followRows("acknowledged", { following: { table, outbox: OUTBOX, ports: taking }, ...turn });
  expect(progress).toBe(4);
});

it("relays all but locked rows and those behind them in their lanes", async () => {
  const many = Array.from({ length: 60 }, (_, i) => aRowIn(null, String(10 + i)));
  const { table, marks } = aTable(
    [
      aRowIn("a", "1"),
      aRowIn("a", "2"),
      aRowIn("a", "3"),
      aRowIn(null, "4"),
      aRowIn("b", "5"),
      ...many,
      aRowIn("a", "90"),
    ],
    { locked: ["2", "4"] },
  );

  const relayed = await relayPart(0, { table, outbox: OUTBOX, ports: taking, ...GOING_ON });

  expect(relayed).toEqual({ postponed: true, more: false });
  expect(marks.map(({ id }) => id)).toEqual(["1", "5", ...many.map(({ id }) => id)]);
});

it("relays rows behind more locked ones than it reads at once", async () => {
  const locked = Array.from({ length: 120 }, (_, i) => aRowIn(null, String(i + 1)));
  const { table, marks } = aTable([...locked, aRowIn(null, "999")], { locked: locked.map(({ id }) => id) });

  await relayPart(0, { table, outbox: OUTBOX, ports: taking, ...GOING_ON });

  expect(marks.map(({ id }) => id)).toEqual(["999"]);
});

it("holds a few long payloads at once, and one that is longer than all of these may be", async () => {
  const longs = Array.from({ length: 20 }, (_, i) => ({
    ...aRowIn(null, String(i + 1)),
    payload: `{"a":"${"x".repeat(i === 7 ? 9_000_000 : 1_000_000)}"}`,
  }));
  const { table, marks, takes } = aTable(longs);

  await relayPart(0, { table, outbox: OUTBOX, ports: taking, ...GOING_ON });

  expect(marks).toHaveLength(20);
  expect(takes.map((ids) => ids.length)).toEqual([7, 1, 8, 4]);
});
