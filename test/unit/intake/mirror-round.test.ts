/**
 * One round of a mirror over lists that a test moves between two calls.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { runMirrorRound } from "../../../src/intake/mirror/mirror-round.ts";
import {
  NOTHING_KNOWN,
  type ListReader,
  type Mirror,
  type MirrorMemory,
  type Order,
  type Placement,
  type Remembered,
} from "../../../src/intake/mirror/ports.ts";
import { readLists } from "../../../src/intake/mirror/read-to-end.ts";
import { yunzhijiaTodoOrders } from "../../../src/platforms/yunzhijia/todo/todo-orders.ts";
import { readPass } from "../../../src/platforms/yunzmall/message/read-list.ts";
import type { Message } from "../../../src/platforms/messages.ts";
import type { BidaEvent } from "../../../src/telemetry/events.ts";
import { answer, aRow, listedAccount, rows, type ListedAccount } from "../platforms/yunzmall/message/wire.ts";

const DAY = 86_400_000;

interface Stage {
  readonly orders: Order[];
  readonly events: BidaEvent[];
  readonly known: Map<string, Remembered>;
  /** Up to when it has said that all is mirrored. */
  readonly until: readonly number[];
  now: number;
  readonly round: () => Promise<void>;
}

/** A mirror of these lists, with a memory of its own. */
function stage(system: ListedAccount, overrides: Partial<Mirror> = {}): Stage {
  const [orders, events, known] = [[] as Order[], [] as BidaEvent[], new Map<string, Remembered>()];
  const until: number[] = [];
  const memory: MirrorMemory = {
    load: async () => new Map(known),
    note: async (facts) => {
      for (const [id, learned] of facts) known.set(id, { ...NOTHING_KNOWN, ...known.get(id), ...learned });
    },
    forget: async (ids) => {
      for (const id of ids) known.delete(id);
    },
    countUnmapped: async () => null,
    caughtUp: async (at) => void until.push(at),
  };
  const mirror: Mirror = {
    from: system.account,
    to: "yzj",
    readPass,
    lists: ["waitHandle", "unread"],
    filter: {},
    recipients: { "2": "ann" },
    todo: {
      orders: yunzhijiaTodoOrders("1"),
      url: "https://m/{id}",
      headImg: "https://m/i.png",
      prefersAvatar: true,
    },
    retentionMs: 7 * DAY,
    memory,
    place: async (some) => {
      orders.push(...some);
      return some.map((): Placement => ({ kind: "placed", isNew: true }));
    },
    runtime: { now: () => made.now, emit: (event) => void events.push(event) },
    ...overrides,
  };
  const made: Stage = {
    orders,
    events,
    known,
    until,
    now: DAY,
    round: async () => void (await runMirrorRound(mirror, AbortSignal.timeout(5_000))),
  };
  return made;
}

function readerOf({ account }: ListedAccount): ListReader {
  const [now, signal] = [0, AbortSignal.timeout(5_000)];
  return {
    filter: {},
    now,
    read: (list, options) => readPass(list, { ...options, reader: { account, now, signal } }),
  };
}

const keysOf = ({ orders }: Stage): string[] => orders.map(({ key }) => key);

describe("reading to the end", () => {
  it("repeats a pass until one is complete, and misses nothing that moved because a message left", async () => {
    const system: ListedAccount = listedAccount((call) => {
      if (call === "unread 2" && system.lists.unread.length === 45) system.lists.unread.shift();
    });
    system.lists.unread.push(...rows(45));

    const worked: string[] = [];
    const work = async (messages: readonly Message[]): Promise<void> =>
      void worked.push(...messages.map(({ id }) => id));
    const listed = await readLists(["unread"], { reader: readerOf(system), work });

    expect(listed).toMatchObject({ kind: "listed", complete: true });
    expect(worked).toHaveLength(45);
    expect(listed.kind === "listed" && listed.seen).toEqual(new Set(worked));
  });

  it("says that it is not complete when the list keeps changing", async () => {
    let id = 100;
    const system: ListedAccount = listedAccount((call) => {
      if (call.endsWith(" 2")) system.lists.unread.unshift(aRow((id += 1)));
    });
    system.lists.unread.push(...rows(45));

    const listed = await readLists(["unread"], { reader: readerOf(system), work: async () => undefined });

    expect(listed).toMatchObject({ kind: "listed", complete: false });
  });
});

describe("lists of many bytes", () => {
  const LONG = "n".repeat(20_000);
  const longRows = (count: number): Record<string, unknown>[] =>
    rows(count).map((row) => ({ ...row, recipient_id: 2, message_body: { title: "t", content: LONG } }));

  it("are worked on while they are read, each message once, and no page is read meanwhile", async () => {
    const calls: string[] = [];
    const system: ListedAccount = listedAccount((call) => void calls.push(call));
    system.lists.unread.push(...longRows(1_000));
    system.lists.waitHandle.push(...longRows(10));
    const at: Stage = stage(system, {
      place: async (some) => {
        const before = calls.length;
        await nextTurn();
        expect(calls).toHaveLength(before);
        readBefore.push(new Set(calls).size);
        at.orders.push(...some);
        return some.map((): Placement => ({ kind: "placed", isNew: true }));
      },
    });
    const readBefore: number[] = [];

    await at.round();

    // 4 MiB are some 200 of these messages: ten pages.
    expect(readBefore[0]).toBeLessThan(15);
    expect(keysOf(at)).toHaveLength(1_000);
    expect(new Set(keysOf(at)).size).toBe(1_000);
    expect(at.until).toEqual([DAY]);
    expect(at.events).toContainEqual(
      expect.objectContaining({ event: "mirror.round", listed: 1_000, created: 1_000, postponed: 0 }),
    );
  });

  it("that break off are taken up again by the next round, and nothing is ordered twice", async () => {
    let isBroken = true;
    const system: ListedAccount = listedAccount((call) =>
      isBroken && call === "unread 40" ? answer({ result: 0 }) : undefined,
    );
    system.lists.unread.push(...longRows(1_000));
    const at = stage(system);

    await at.round();
    const first = keysOf(at).length;
    isBroken = false;
    await at.round();

    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(1_000);
    expect(at.until).toEqual([DAY]);
    expect(new Set(keysOf(at)).size).toBe(1_000);
    expect(keysOf(at)).toHaveLength(1_000);
  });

  it("are bounded too where messages are sought among the read ones", async () => {
    const system = listedAccount();
    system.lists.read.push(...longRows(500).map((row) => ({ ...row, status: 1, handle_status: 0 })));
    const readBefore: number[] = [];
    const at = stage(system, {
      place: async (some) => {
        readBefore.push(system.calls.filter((call) => call.startsWith("read ")).length);
        return some.map((): Placement => ({ kind: "placed", isNew: true }));
      },
    });
    for (const { id } of system.lists.read) at.known.set(String(id), { ...NOTHING_KNOWN, openId: "ann" });

    await at.round();

    // 25 pages in all.
    expect(readBefore[0]).toBeLessThan(15);
    const facts = [...at.known.values()];
    expect(facts.every(({ readAt, handledAt }) => readAt === DAY && handledAt === DAY)).toBe(true);
  });
});

describe("a round of a mirror", () => {
  it("orders nothing twice", async () => {
    const system = listedAccount();
    const row = aRow(1);
    system.lists.unread.push(row);
    system.lists.waitHandle.push(row);
    const at = stage(system);

    await at.round();
    await at.round();

    expect(keysOf(at)).toEqual(["mirror:mall:1:create"]);
  });

  it("says up to when everything is mirrored, unless an order was postponed or a list changed", async () => {
    const system = listedAccount();
    system.lists.unread.push(aRow(1));
    const full: Placement = { kind: "postponed", detail: "full" };
    const [good, putOff] = [stage(system), stage(system, { place: async (some) => some.map(() => full) })];
    let id = 100;
    const moving: ListedAccount = listedAccount((call) => {
      if (call.endsWith(" 2")) moving.lists.unread.unshift(aRow((id += 1)));
    });
    moving.lists.unread.push(...rows(45));
    const unsure = stage(moving);

    for (const one of [good, putOff, unsure]) await one.round();

    expect([good.until, putOff.until, unsure.until]).toEqual([[DAY], [], []]);
  });

  it("of one plugin asks for that plugin's messages, and ignores others that are shown all the same", async () => {
    const system = listedAccount((call) =>
      call === "unread 1"
        ? answer({ result: 1, data: { data: [aRow(1), aRow(2, { plugin: "shop" })] } })
        : undefined,
    );
    const mirror = stage(system, { filter: { plugin: "shop" } });

    await mirror.round();

    expect(system.calls).toEqual(["waitHandle 1 plugin=shop", "unread 1 plugin=shop"]);
    expect(keysOf(mirror)).toEqual(["mirror:mall:2:create"]);
  });

  it("makes a todo of a message with an empty body and a picture of its sender", async () => {
    const system = listedAccount();
    const send_staff = { avatar: "https://mall/a.png" };
    system.lists.unread.push(aRow(1, { message_body: [], send_staff }));
    const at = stage(system);

    await at.round();

    expect(at.orders[0]?.payload).toEqual({
      sourceId: "mall-message-1",
      appId: "1",
      title: "消息 1",
      content: "",
      url: "https://m/1",
      headImg: "https://mall/a.png",
      params: [{ openId: "ann", status: { DO: 0, READ: 0 } }],
    });
  });

  it("concludes nothing from a message on no list, asks less and less often, and reports its loss", async () => {
    const system = listedAccount();
    system.lists.unread.push(aRow(1));
    const at = stage(system);
    await at.round();
    system.lists.unread.length = 0;

    for (let minutes = 0; minutes < 64; minutes += 1) {
      at.now += 60_000;
      await at.round();
    }
    expect(keysOf(at)).toEqual(["mirror:mall:1:create"]);
    expect(system.calls.filter((call) => call === "read 1").length).toBeLessThan(10);

    at.now += 8 * DAY;
    await at.round();
    expect(at.events).toContainEqual({ event: "mirror.lost", account: "mall", to: "yzj", messages: 1 });
    expect(at.known.size).toBe(0);
  });

  it("follows a message that was gone for a while and comes back", async () => {
    const system = listedAccount();
    system.lists.waitHandle.push(aRow(1));
    const at = stage(system);
    await at.round();
    system.lists.waitHandle.length = 0;
    await at.round();
    expect(at.known.get("1")?.goneAt).toBe(at.now);

    system.lists.waitHandle.push(aRow(1, { status: 1 }));
    await at.round();

    expect(keysOf(at)).toEqual(["mirror:mall:1:create", "mirror:mall:1:read"]);
    expect(at.known.get("1")?.goneAt).toBeNull();
  });

  it("orders no update before its todo's create is acknowledged, and repeats what was not accepted", async () => {
    const system = listedAccount();
    system.lists.waitHandle.push(aRow(1, { status: 1 }));
    const asked: string[] = [];
    const answers: Placement[] = [{ kind: "postponed", detail: "Redis does not answer" }];
    const place: Mirror["place"] = async (orders) => {
      asked.push(...orders.map(({ key }) => key));
      return orders.map(() => answers.shift() ?? { kind: "placed", isNew: true });
    };
    const at = stage(system, { place });

    await at.round();
    expect(asked).toEqual(["mirror:mall:1:create"]);
    await at.round();

    expect(asked.slice(1)).toEqual(["mirror:mall:1:create", "mirror:mall:1:read"]);
    expect(at.events).toContainEqual(expect.objectContaining({ event: "mirror.failed" }));
  });

  it("addresses an update to whom the todo went, whatever the configuration says since", async () => {
    const system = listedAccount();
    system.lists.waitHandle.push(aRow(1, { status: 1 }));
    const at = stage(system, { recipients: { "2": "bob" } });
    at.known.set("1", { ...NOTHING_KNOWN, openId: "ann", waitedAt: 1 });

    await at.round();

    expect(at.orders[0]?.payload["openids"]).toEqual(["ann"]);
  });

  it("makes the todo of a message whose staff id got its recipient later", async () => {
    const system = listedAccount();
    system.lists.unread.push(aRow(1));
    const at = stage(system);
    at.known.set("1", { ...NOTHING_KNOWN, unmappedAt: 1 });

    await at.round();

    expect(keysOf(at)).toEqual(["mirror:mall:1:create"]);
  });

  it("is given up when a list fails: what was read is mirrored, and nothing is concluded from the rest", async () => {
    let isBroken = false;
    const system = listedAccount((call) =>
      isBroken && call === "unread 2" ? answer({ result: 0, data: [] }) : undefined,
    );
    const at = stage(system);
    system.lists.unread.push(...rows(40));
    await at.round();
    isBroken = true;
    system.lists.waitHandle.push(aRow(90));
    system.lists.unread.unshift(aRow(80));
    const before = new Map(at.known);

    await at.round();
    await at.round();

    expect(keysOf(at).slice(40).toSorted()).toEqual(["mirror:mall:80:create", "mirror:mall:90:create"]);
    // Nobody is called gone, and the mirror does not call itself up to date.
    expect([...before].every(([id, known]) => at.known.get(id)?.goneAt === known.goneAt)).toBe(true);
    expect(at.until).toEqual([DAY]);
    expect(at.events.slice(1).map(({ event }) => event)).toEqual(["mirror.failed", "mirror.failed"]);
  });
});
