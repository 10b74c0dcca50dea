/**
 * What others do to the stream and the queue that orders come through: wrong bytes, wrong shapes, a group that
 * vanishes, a key that is something else. Each wrong order is refused where people look, and nobody else waits.
 */
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startIntake } from "../../src/app/intake.ts";
import type { RunningWorker } from "../../src/app/running-worker.ts";
import { keyHash } from "../../src/delivery/idempotency.ts";
import { BullmqIntake } from "../../src/intake/bullmq-intake.ts";
import { GROUP } from "../../src/intake/order-stream.ts";
import { OrderWorker } from "../../src/intake/order-worker.ts";
import { connect } from "../../src/storage/connection.ts";
import { RefusedOrderStore } from "../../src/storage/refused-order-store.ts";
import type { BidaEvent } from "../../src/telemetry/events.ts";
import { aTodo } from "../support/builders.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";
import { startSystem, type System } from "../support/system.ts";

const name = aPrefix();
const [stream, bull, reply] = [`${name}:orders`, `${name}-bull`, `bida:reply:${name}`];
const told: BidaEvent[] = [];
let system: System;
let redis: Redis;
let intake: RunningWorker;
let queue: Queue;

beforeAll(async () => {
  redis = new Redis(testRedisUrl(), { protocol: 2 });
  queue = new Queue(name, { connection: { url: testRedisUrl() }, prefix: bull });
  system = await startSystem({
    withoutWorker: true,
    accounts: `  small:
    { platform: yunzhijia, baseUrl: "http://127.0.0.1:9", allowHttp: true, appId: "500041933", appSecret: s, eid: "1", backlog: 1 }`,
    root: `intake:
  stream: { key: "${stream}", producer: oa, accounts: [yzj, small] }
  bullmq: { queue: "${name}", prefix: "${bull}", producer: erp, accounts: [yzj] }`,
  });
  intake = await startIntake({
    config: system.config,
    emit: (event) => void told.push(event),
    warn: () => undefined,
    idleMs: 1,
  });
});
afterAll(async () => {
  await intake.stop();
  await queue.close();
  await system.close();
  redis.disconnect();
});

const anOrder = (sourceId: string, more: object = {}): string =>
  JSON.stringify({ ...aTodo({ sourceId }), ...more });
const add = async (...fields: (string | Buffer)[]): Promise<string> =>
  (await redis.xadd(stream, "*", ...fields)) ?? "";
const soon = async <T>(read: () => T | Promise<T>, expected: T): Promise<void> =>
  expect.poll(read, { timeout: 80_000 }).toBe(expected);
const pastKey = (key: string): string => JSON.stringify({ ...aTodo({ sourceId: key }), key });
const isTaken = async (key: string): Promise<boolean> => (await system.store.claimed(keyHash(key))) !== null;

async function refusals() {
  const store = connect(system.config.redis, { role: "producer", onError: () => undefined });
  const items = await new RefusedOrderStore(store, system.config.redis.prefix).list(500, null);
  store.disconnect();
  return new Map(items.map((item) => [item.entry, item]));
}

const GBK = Buffer.concat([
  Buffer.from('{"account":"yzj","operation":"todo.create","payload":{"title":"'),
  Buffer.from([0xc7, 0xeb, 0xbc, 0xd9]),
  Buffer.from('"}}'),
]);
/** Half of a pair as Java's `modified UTF-8` writes it. */
const HALF_A_PAIR = Buffer.concat([
  Buffer.from('{"account":"'),
  Buffer.from([0xed, 0xa0, 0xbd]),
  Buffer.from('"}'),
]);

const WRONG_ENTRIES: readonly (readonly [
  what: string,
  fields: readonly (string | Buffer)[],
  said: RegExp,
])[] = [
  ["GBK", ["order", GBK], /UTF-8/],
  ["half of a pair in UTF-8", ["order", HALF_A_PAIR], /UTF-8/],
  ["no JSON", ["order", "account=yzj"], /JSON/],
  ["an empty order", ["order", ""], /JSON/],
  ["two orders in a text", ["order", `${anOrder("w-1")}\n${anOrder("w-2")}`], /behind its end/],
  ["a list of orders", ["order", `[${anOrder("w-1")}]`], /object/],
  ["a key twice", ["order", anOrder("w-1").replace("{", '{"account":"small",')], /\/account.*twice/],
  ["two orders in an entry", ["order", anOrder("w-1"), "order", anOrder("w-2")], /\/order.*twice/],
  ["a further field", ["order", anOrder("w-1"), "colour", "red"], /\/colour.*no fields but order and reply/],
  ["a misspelt reply", ["order", anOrder("w-1"), "replay", reply], /\/replay.*did you mean reply/],
  ["a field whose name is no text", ["order", anOrder("w-1"), Buffer.from([0xff]), "x"], /no fields but/],
  ["no order", ["Order", anOrder("w-1")], /did you mean order.*expected a field `order`/],
  ["two replies", ["order", anOrder("w-1"), "reply", reply, "reply", reply], /\/reply.*twice/],
  ["a reply elsewhere", ["order", anOrder("w-1"), "reply", `${name}:{yzj}:counts`], /\/reply.*bida:reply:/],
  ["a reply without a name", ["order", anOrder("w-1"), "reply", "bida:reply:"], /\/reply/],
  [
    "a wrong payload",
    ["order", '{"account":"yzj","operation":"todo.create","payload":{}}'],
    /\/payload\/url/,
  ],
  ["an account that is not its own", ["order", anOrder("w-1", { account: "other" })], /\/account/],
  ["an unknown field", ["order", anOrder("w-1", { colour: "red" })], /\/colour/],
  [
    "half of a pair as JSON",
    ["order", '{"account":"yzj","operation":"todo.create","payload":{"title":"\\ud800"}}'],
    /\/payload\/title/,
  ],
  ["a huge order", ["order", "x".repeat(8 * 1024 * 1024)], /at most 1088 KiB, got 8192 KiB/],
  ["a huge name", ["order", `{"${"n".repeat(1024 * 1024)}":1}`], /unrecognized|unknown|expected/i],
];

it("refuses each wrong entry, says why, and takes the right ones among them", async () => {
  const entries: string[] = [];
  for (const [index, [, fields]] of WRONG_ENTRIES.entries()) {
    entries.push(await add(...fields));
    await add("order", pastKey(`good-${index}`));
  }

  await soon(() => redis.xlen(stream), 0);
  const kept = await refusals();
  const said = entries.map((entry) =>
    kept
      .get(entry)
      ?.errors.map(({ pointer, detail }) => `${pointer} ${detail}`)
      .join("; "),
  );
  for (const [index, [what, , expected]] of WRONG_ENTRIES.entries())
    expect(said[index], what).toMatch(expected);
  expect(JSON.stringify([...kept.values()]).length).toBeLessThan(200_000);
  for (const index of WRONG_ENTRIES.keys()) expect(await isTaken(`good-${index}`)).toBe(true);
  expect(await redis.exists(`${name}:{yzj}:counts`)).toBe(0);
});

/** What somebody does to the stream; an order comes before it, and one after. */
const MISHAPS: readonly (readonly [what: string, act: () => Promise<unknown>])[] = [
  ["its group is destroyed", async () => redis.xgroup("DESTROY", stream, GROUP)],
  [
    "its group is set to the end behind an order",
    async () =>
      redis.multi().xadd(stream, "*", "order", pastKey("skipped")).xgroup("SETID", stream, GROUP, "$").exec(),
  ],
  [
    "somebody else reads an order and acknowledges it",
    async () => {
      const held = redis.multi().xadd(stream, "*", "order", pastKey("acknowledged"));
      held.xreadgroup("GROUP", GROUP, "other", "COUNT", 1, "STREAMS", stream, ">");
      const found = await held.exec();
      const id = String(found?.[0]?.[1]);
      await redis.xack(stream, GROUP, id);
    },
  ],
  ["it is deleted", async () => redis.del(stream)],
  [
    "it is deleted and written anew with a small id",
    async () => redis.multi().del(stream).xadd(stream, "0-1", "order", pastKey("small")).exec(),
  ],
  [
    "its last id goes back",
    async () => {
      const { length } = await redis.xrange(stream, "-", "+");
      if (length > 0) throw new Error("the stream is to be empty here");
      await redis.multi().call("XSETID", stream, "0-0").xadd(stream, "0-2", "order", pastKey("back")).exec();
    },
  ],
  [
    "it is something else for a while",
    async () => {
      await redis.multi().del(stream).set(stream, "not a stream").exec();
      await soon(
        () => told.some((event) => "detail" in event && String(event.detail).includes("WRONGTYPE")),
        true,
      );
      await redis.del(stream);
    },
  ],
];

it("loses no order, whatever is done to the stream and its group", async () => {
  for (const [what, act] of MISHAPS) {
    await act();
    await add("order", pastKey(`after ${what}`));
    await soon(() => isTaken(`after ${what}`), true);
    await soon(() => redis.xlen(stream), 0);
  }

  for (const key of ["skipped", "acknowledged", "small", "back"]) expect(await isTaken(key), key).toBe(true);
});

it("reports an order that was trimmed away while a crashed consumer held it", async () => {
  const held = redis.multi().xadd(stream, "*", "order", anOrder("trimmed"));
  held.xreadgroup("GROUP", GROUP, "crashed", "COUNT", 1, "STREAMS", stream, ">").xtrim(stream, "MAXLEN", 0);
  const entry = String((await held.exec())?.[0]?.[1]);
  await add("order", pastKey("behind"));

  await expect
    .poll(async () => (await refusals()).get(entry)?.errors[0]?.detail, { timeout: 80_000 })
    .toMatch(/removed/);
  expect(await isTaken("behind")).toBe(true);
});

it("takes an order whose answer cannot be given, and forgets consumers that are gone", async () => {
  await redis.set(`${reply}:text`, "not a stream");
  await redis.xgroup("CREATECONSUMER", stream, GROUP, "died long ago");

  await add("order", pastKey("unanswered"), "reply", `${reply}:text`);

  await soon(() => redis.xlen(stream), 0);
  expect(await isTaken("unanswered")).toBe(true);
  expect(await redis.get(`${reply}:text`)).toBe("not a stream");
  await soon(async () => ((await redis.xinfo("CONSUMERS", stream, GROUP)) as unknown[]).length, 1);
});

it("lets no order wait for another order's account", async () => {
  const small = (sourceId: string): string => anOrder(sourceId, { account: "small" });
  for (let count = 0; count < 120; count += 1) await add("order", small(`small-${count}`));
  await add("order", pastKey("not small"));

  await soon(() => isTaken("not small"), true);
  await soon(() => redis.xlen(stream), 119);
  await redis.del(stream);
});

describe("the BullMQ queue", () => {
  const jobs: readonly (readonly [what: string, name: string, data: unknown, said: RegExp])[] = [
    ["no data", "todo.create", undefined, /account/],
    ["a text", "todo.create", "todo", /expected an object/],
    ["a list", "todo.create", [aTodo()], /expected an object/],
    ["null", "todo.create", null, /expected an object/],
    ["another operation in it", "todo.create", { ...aTodo(), operation: "todo.update" }, /\/operation/],
    ["the name of a JavaScript thing", "constructor", { account: "yzj", payload: {} }, /\/operation/],
  ];

  it("fails what is not an order, keeps it where people look, and takes what is one", async () => {
    await queue.pause();
    const wrong = await queue.addBulk(jobs.map(([, called, data]) => ({ name: called, data })));
    const [gbk, nan, gone] = await queue.addBulk(
      ["gbk", "nan", "gone"].map(() => ({ name: "todo.create", data: {} })),
    );
    await redis.hset(`${bull}:${name}:${gbk?.id}`, "data", GBK);
    await redis.hset(`${bull}:${name}:${nan?.id}`, "data", '{"account":"yzj","payload":{"title":NaN}}');
    await redis.del(`${bull}:${name}:${gone?.id}`);
    const good = await queue.add("todo.create", {
      account: "yzj",
      payload: aTodo({ sourceId: "bull" }).payload,
    });
    await queue.resume();

    await soon(() => queue.getFailedCount(), jobs.length + 3);
    await soon(async () => (await queue.getJob(good.id ?? ""))?.returnvalue?.kind as string, "created");
    const kept = await refusals();
    const said = (id: string | undefined): string => JSON.stringify(kept.get(id ?? "")?.errors);
    for (const [index, [what, , , expected]] of jobs.entries())
      expect(said(wrong[index]?.id), what).toMatch(expected);
    expect(said(gbk?.id)).toMatch(/UTF-8/);
    expect(said(nan?.id)).toMatch(/JSON/);
    expect(said(gone?.id)).toMatch(/somebody removed this job/);
  });

  it("takes orders whose jobs BullMQ itself cannot read, and what is behind them", async () => {
    const wrong: readonly (readonly [field: string, value: string])[] = [
      ["opts", "{"],
      ["opts", "null"],
      ["progress", "NaN"],
      ["parent", "{"],
      ["parent", "5"],
      ["rjk", "every-day"],
      ["ats", "x"],
      ["atm", "x"],
      ["atm", "1.5"],
      ["parentKey", "bull:other:1"],
    ];
    await queue.pause();
    const orders = await queue.addBulk(
      [...wrong, null].map((_, index) => ({
        name: "todo.create",
        data: {
          account: "yzj",
          key: `beside-${index}`,
          payload: aTodo({ sourceId: `beside-${index}` }).payload,
        },
      })),
    );
    for (const [index, [field, value]] of wrong.entries())
      await redis.hset(`${bull}:${name}:${orders[index]?.id}`, field, value);
    await queue.resume();

    for (const index of orders.keys()) await soon(() => isTaken(`beside-${index}`), true);
    const left = async (): Promise<number> => {
      const states = await Promise.all(orders.map((order) => order.getState()));
      return states.filter((state) => state === "active" || state === "waiting").length;
    };
    await soon(left, 0);
  });

  it("takes an order again that Redis refused to show", async () => {
    const connection = connect({ url: testRedisUrl() }, { role: "waiting", onError: () => undefined });
    const errors: string[] = [];
    let refusals = 0;
    const read = connection.hgetBuffer.bind(connection);
    connection.hgetBuffer = async (key: unknown, field: unknown) => {
      refusals += 1;
      if (refusals === 1) throw new Error("MASTERDOWN Link with MASTER is down");
      return read(key as string, field as string);
    };
    const again = `${name}-again`;
    const waiting = new BullmqIntake({
      connection,
      queue: again,
      prefix: bull,
      source: { name: "queue", producer: "erp", accounts: ["yzj"] },
      ports: {
        enqueue: async (orders) => orders.map(() => ({ kind: "created", id: "d-1" }) as const),
        refuse: async () => undefined,
        emit: () => undefined,
      },
      onError: (error) => void errors.push(String(error)),
    });
    const orders = new Queue(again, { connection: { url: testRedisUrl() }, prefix: bull });
    const job = await orders.add("todo.create", { account: "yzj", payload: {} });
    waiting.start();

    await soon(async () => (await orders.getJob(job.id ?? ""))?.returnvalue?.id as string, "d-1");
    expect(errors.join()).toContain("MASTERDOWN");
    await waiting.stop(5_000);
    connection.disconnect();
    await orders.close();
  });

  it("does not spin while a key of the queue is something else, and goes on after it", async () => {
    const other = `${name}-other`;
    await redis.set(`${bull}:${other}:wait`, "not a list");
    const errors: number[] = [];
    const connection = { url: testRedisUrl(), maxRetriesPerRequest: null };
    const worker = new OrderWorker(other, { serve: async () => "done", connection, redis, prefix: bull });
    worker.on("error", () => void errors.push(performance.now()));
    await expect.poll(() => errors.length, { timeout: 80_000 }).toBeGreaterThan(2);
    expect((errors[2] ?? 0) - (errors[0] ?? 0)).toBeGreaterThan(700);
    expect(worker.trouble).toContain("WRONGTYPE");

    await redis.del(`${bull}:${other}:wait`);
    const orders = new Queue(other, { connection, prefix: bull });
    const job = await orders.add("todo.create", {});

    await soon(async () => (await orders.getJob(job.id ?? ""))?.returnvalue as string, "done");
    expect(worker.trouble).toBe(null);
    await Promise.all([worker.close(), orders.close()]);
  });
});
