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

const OUTBOX = { name: "oa", accounts: ["full", "free"], keepMs: 0 };
const GOING_ON = new AbortController().signal;

function aRow(id: string, account: string): OutboxRow {
  const none = { lane: null, key: null, sendAt: null, deadline: null, priority: null, callbackUrl: null };
  return { ...none, id, account, operation: "todo.create", payload: "{}", metadata: null };
}

function aTable(rows: readonly OutboxRow[], followed: readonly FollowedRow[] = []) {
  const marks: RowMark[] = [];
  const endings: RowEnding[] = [];
  const table: Partial<OutboxTable> = {
    waiting: async (_part, { without, most }) =>
      rows
        .filter(({ id, account }) => !without.includes(account) && !marks.some((mark) => mark.id === id))
        .slice(0, most),
    mark: async (some) => void marks.push(...some),
    followed: async (_status, { after }) => followed.filter(({ id }) => BigInt(id) > BigInt(after)),
    finish: async (some) => void endings.push(...some),
  };
  return { table: table as OutboxTable, marks, endings };
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
    signal: GOING_ON,
  });

  expect(relayed).toEqual({ postponed: true, more: false });
  expect(marks.map(({ id }) => id)).toEqual(["1", "4"]);
});

it("stops between two batches when it is asked to", async () => {
  const leaving = AbortSignal.abort();
  const { table, marks } = aTable([aRow("1", "free")]);

  await relayPart(0, { table, outbox: OUTBOX, ports: ports(() => ({ kind: "full" })), signal: leaving });

  expect(marks).toEqual([]);
});

it("reopens a dead row whose delivery was replayed", async () => {
  const { table, endings } = aTable([], [{ id: "7", account: "free", deliveryId: "d-1" }]);

  await followRows("dead", {
    following: { table, outbox: OUTBOX, ports: ports(() => ({ kind: "full" })) },
    signal: GOING_ON,
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
    signal: GOING_ON,
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
    signal: GOING_ON,
  });

  expect(marks.map(({ id }) => id)).toEqual(["99"]);
});
