/**
 * Finding things: filters of both lists, the search, held lanes, actions and the audit, page by page; and
 * that a search costs the same however much there is.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BidaClient } from "../../../src/doors/client/bida-client.ts";
import { leaveDead } from "../../support/leave-dead.ts";
import { aTodo } from "../../support/builders.ts";
import { eventually } from "../../support/eventually.ts";
import { KEYS, startApiSystem, type ApiSystem } from "./api-system.ts";
import { keysOf } from "../../support/keys-of.ts";

interface Item {
  readonly id: string;
  readonly status: string;
}

let system: ApiSystem;
let client: BidaClient;
beforeAll(async () => {
  system = await startApiSystem({ withoutWorker: true });
  client = new BidaClient({ url: system.api.url, key: KEYS.ops });
});
afterAll(async () => {
  await system.close();
});

/** A dead letter, as a worker would have left it; it keeps its lane. */
async function aDeadLetter(input: ReturnType<typeof aTodo>): Promise<string> {
  const id = await system.enqueue(input);
  await leaveDead(system, { id, reason: "expired", detail: "" });
  return id;
}

/** As a worker claims what the platform named. */
const claim = async (platformId: string, id: string): Promise<unknown> =>
  system.redis.hset(keysOf(system).claims, platformId, id);

const listed = async (path: string): Promise<string[]> => {
  const { status, json } = await system.call(path, { key: "ops" });
  expect(status).toBe(200);
  return (json["items"] as Item[]).map(({ id }) => id);
};

describe("the filters of both lists", () => {
  it.each([
    ["/v1/deliveries", async () => system.enqueue({ ...aTodo({}, ["zoe"]), key: "f-1", lane: "lane-1" })],
    ["/v1/dead-letters", async () => aDeadLetter({ ...aTodo({}, ["zoe"]), key: "f-2", lane: "lane-2" })],
  ])("%s: recipient, key, lane, generation and time", async (path, make) => {
    // The clocks of two processes, as each read it from Redis, differ a little.
    const before = Date.now() - 1_000;
    const id = await make();
    const { key, lane } = await client.get(id);

    for (const wanted of [
      `recipient=zoe`,
      `key=${key}`,
      `lane=${lane}`,
      `generation=1&recipient=zoe`,
      `since=${before}`,
    ])
      expect(await listed(`${path}?${wanted}`)).toContain(id);
    for (const other of [
      "recipient=nobody",
      "key=other",
      `key=${key}&generation=2`,
      `key=${key}&sends=1`,
      "lane=other",
      `key=${key}&until=${before}`,
      `until=${before}`,
      `key=${key}&code=505`,
    ])
      expect(await listed(`${path}?${other}`)).not.toContain(id);
  });

  it("an id that the platform gave finds its delivery at once", async () => {
    const id = await system.enqueue(aTodo());
    await claim("work-4711", id);

    expect(await listed("/v1/deliveries?receipt=work-4711")).toEqual([id]);
    expect(await listed("/v1/dead-letters?receipt=work-4711")).toEqual([]);
  });

  it("limit a bulk action in the same way as the list", async () => {
    const one = await aDeadLetter({ ...aTodo({}, ["only-she"]) });
    const other = await aDeadLetter(aTodo());
    const { id } = await client.deadLetters.discardMany({
      filter: { recipient: "only-she" },
      note: "not needed",
    });
    await eventually(
      () => client.deadLetters.action(id),
      ({ status }) => status === "done",
    );

    expect((await client.get(one)).status).toBe("discarded");
    expect((await client.get(other)).status).toBe("dead");
  });
});

describe("GET /v1/search", () => {
  it("finds a delivery by its id, its key, the platform's id and its lane", async () => {
    const id = await system.enqueue({ ...aTodo(), key: "s-key", lane: "s-lane" });
    await claim("s-receipt", id);

    for (const [text, by] of [
      [id, "id"],
      ["s-key", "key"],
      ["s-receipt", "receipt"],
      ["s-lane", "lane"],
      ["named:s-lane", "lane"],
    ] as const)
      expect(await client.search(text)).toMatchObject([
        { kind: "delivery", by, id, account: "yzj", delivery: { id, status: "queued" } },
      ]);
  });

  it("finds accounts and bulk actions, and says so when there is nothing", async () => {
    const { id } = await client.deadLetters.replayMany({ filter: { key: "none" }, dryRun: true });

    expect(await client.search("yzj")).toMatchObject([{ kind: "account", by: "name", id: "yzj" }]);
    expect(await client.search(id)).toMatchObject([{ kind: "action", by: "id", id }]);
    expect(await client.search("no such thing")).toEqual([]);
  });

  it("shows a producer nothing of others", async () => {
    const id = await system.enqueue({ ...aTodo(), key: "theirs" });
    const erp = new BidaClient({ url: system.api.url, key: KEYS.erp });

    for (const text of [id, "theirs", "yzj"]) expect(await erp.search(text)).toEqual([]);
  });

  it("asks Redis the same, however many deliveries there are", async () => {
    const commands = async (): Promise<number> => {
      const info = await system.redis.info("commandstats");
      const calls = [
        ...info.matchAll(/^cmdstat_(hget|hmget|get|zrange|zrevrange|zrangebyscore):calls=(\d+)/gm),
      ];
      return calls.reduce((sum, [, , count]) => sum + Number(count), 0);
    };
    const costOf = async (): Promise<number> => {
      const before = await commands();
      await client.search("s-key");
      return (await commands()) - before;
    };
    // What runs beside asks as well: the least of several is the search alone.
    const leastCost = async (): Promise<number> => {
      const costs: number[] = [];
      for (let times = 0; times < 8; times += 1) costs.push(await costOf());
      return Math.min(...costs);
    };
    const few = await leastCost();
    await Promise.all(Array.from({ length: 300 }, async () => system.enqueue(aTodo())));

    // On a busy machine something else may ask during each of them; a search that asked for each would ask 300 times more.
    expect(await leastCost()).toBeLessThan(few + 30);
  });
});

describe("GET /v1/lanes", () => {
  it("names lanes that a dead letter holds, how many wait, and forgets them once it is decided", async () => {
    const head = await aDeadLetter({ ...aTodo(), lane: "held" });
    await system.enqueue({ ...aTodo(), lane: "held" });
    await system.enqueue({ ...aTodo(), lane: "held" });
    await system.enqueue({ ...aTodo(), lane: "free" });

    const { items } = await client.heldLanes({ account: "yzj" });
    const held = items.find(({ lane }) => lane === "named:held");

    expect(held).toMatchObject({ account: "yzj", waiting: 2, head: { id: head, status: "dead" } });
    expect(items.some(({ lane }) => lane === "named:free")).toBe(false);
    const groups = (await client.deadLetters.groups({ include: "details", reason: "expired" })).items;
    expect(groups).toMatchObject([{ held: { lanes: 1, waiting: 2 } }]);
    await client.deadLetters.discard(head, "too late");
    expect((await client.heldLanes()).items.some(({ lane }) => lane === "named:held")).toBe(false);
  });
});

describe("GET /v1/actions", () => {
  it("lists the latest first, page by page, each once", async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1)
      ids.push((await client.deadLetters.replayMany({ filter: { key: `page-${i}` }, dryRun: true })).id);
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.deadLetters.actions({
        limit: 2,
        ...(cursor === undefined ? {} : { cursor }),
      });
      found.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);

    expect(found.slice(0, 5)).toEqual(ids.toReversed());
    expect(new Set(found).size).toBe(found.length);
    expect((await system.call("/v1/actions?cursor=nonsense", { key: "ops" })).status).toBe(400);
  });
});

describe("GET /v1/audit", () => {
  it("continues where a page ended, acts and reads together, each once", async () => {
    const id = await system.enqueue({ ...aTodo(), sendAt: Date.now() + 600_000 });
    await client.get(id, { include: ["payload"] });
    await client.pauseAccount("yzj", { note: "first" });
    await client.resumeAccount("yzj", "second");
    await client.cancel(id, "third");

    const all = (await client.audit({ limit: 500 })).items;
    const paged: typeof all = [];
    let cursor: string | undefined;
    do {
      const page = await client.audit({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(2);
      paged.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);

    expect(paged).toEqual(all);
    expect(all.slice(0, 4).map(({ act }) => act)).toEqual(["cancel", "resume", "pause", "read payload"]);
  });

  it("filters by person, act, account, id and time", async () => {
    await client.pauseAccount("other", { note: "for the filter" });
    await client.resumeAccount("other");
    const noted = await client.audit({ by: "ops", act: "pause", account: "other" });

    expect(noted.items).toMatchObject([{ note: "for the filter" }]);
    expect((await client.audit({ by: "nobody" })).items).toEqual([]);
    expect((await client.audit({ until: Date.now() - 3_600_000 })).items).toEqual([]);
    expect((await client.audit({ since: Date.now() + 3_600_000 })).items).toEqual([]);
    expect((await system.call("/v1/audit?cursor=nonsense", { key: "ops" })).status).toBe(400);
  });
});
