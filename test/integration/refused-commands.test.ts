/**
 * Redis refuses one command in the middle of a script, because its user has just lost the right: Redis takes nothing
 * back by itself, so what the script has written by then must be harmless, or be taken back.
 */
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { createProducer, type Producer } from "../../src/app/producer.ts";
import { startPrivateRedis, type PrivateRedis } from "../../src/dev/private-redis/private-redis.ts";
import { neededRights } from "../../src/app/redis-safety.ts";
import { messageOf } from "../../src/delivery/error-words.ts";
import { connect, type ScriptedRedis } from "../../src/storage/connection.ts";
import { DeliveryStore } from "../../src/storage/delivery-store.ts";
import { AccountKeys } from "../../src/storage/keys.ts";
import { aSendLook } from "../support/a-send-look.ts";
import { aTodo } from "../support/builders.ts";
import { configOn } from "../support/config-on.ts";

const keys = new AccountKeys("bida", "yzj");
let redis: PrivateRedis;
let admin: Redis;
let connection: ScriptedRedis;
let store: DeliveryStore;
let producer: Producer;

beforeAll(async () => {
  redis = await startPrivateRedis();
  admin = new Redis(redis.url);
});
afterAll(async () => {
  admin.disconnect();
  await redis.stop();
});
beforeEach(async () => {
  const config = configOn(`url: "redis://loser:pw@127.0.0.1:${redis.port}"`);
  await admin.call("ACL", "SETUSER", "loser", "reset", "on", ">pw", ...neededRights(config).split(" "));
  connection = connect(config.redis, { role: "worker", onError: () => undefined });
  store = new DeliveryStore(connection, { prefix: "bida", account: "yzj" });
  producer = createProducer({ config, onError: () => undefined });
});
afterEach(async () => {
  connection.disconnect();
  await producer.close();
  await admin.flushall();
});

const grant = async (right: string): Promise<unknown> => admin.call("ACL", "SETUSER", "loser", right);

async function listsOf(id: string): Promise<string[]> {
  const found = [];
  for (const key of await admin.keys(`${keys.base}*`)) {
    if ((await admin.type(key)) === "zset" && (await admin.zscore(key, id)) !== null)
      found.push(key.slice(keys.base.length));
  }
  return found.toSorted();
}

async function created(key = "first"): Promise<string> {
  const taken = await producer.enqueue({ ...aTodo(), account: "yzj", key });
  if (taken.kind !== "created") throw new Error(taken.kind);
  return taken.id;
}

it.each(["zadd", "hincrby", "pexpire"])("%s: what was not acknowledged is in no list", async (command) => {
  const orders = ["lane", "other"].map((lane) => ({ ...aTodo(), account: "yzj", key: lane, lane }));
  await grant(`-${command}`);

  for (const { kind } of await producer.enqueueBatch(orders)) expect(kind).toBe("unavailable");

  const left = await admin.keys(`${keys.base}*`);
  const types = await Promise.all(left.map((key) => admin.type(key)));
  expect(left.filter((_key, index) => types[index] === "zset")).toEqual([]);
  expect(await admin.keys(keys.delivery("*"))).toEqual([]);
  await grant(`+${command}`);
  for (const { kind } of await producer.enqueueBatch(orders)) expect(kind).toBe("created");
});

it("what is in the lists without a record is not counted as unfinished after a look", async () => {
  await created();
  await admin.zadd(keys.status("queued"), 1, "ghost");
  await admin.zadd(keys.status("queued"), 1, "late ghost");
  await admin.zadd(keys.sendDue("todo"), 1, "ghost");
  await admin.zadd(keys.deadlines, 1, "late ghost");

  await store.leaseSends(aSendLook({ calledAt: Number((await admin.time())[0]) * 1_000 }));

  expect(await listsOf("ghost")).toEqual([]);
  expect(await listsOf("late ghost")).toEqual([]);
});

it.each(["zadd", "zrem"])("%s: a record that cannot be read is ended by the next try", async (command) => {
  const id = await created();
  await admin.hset(keys.delivery(id), "state", "{");
  const end = async (): Promise<string> =>
    store.endUnreadable(id, { now: 1_000, leavesLane: false }).then(({ kind }) => kind, messageOf);

  await grant(`-${command}`);
  expect(await end()).toMatch(/can't run this command|no permissions/);
  expect(await admin.hget(keys.delivery(id), "state")).toBe("{");
  await grant(`+${command}`);

  expect(await end()).toBe("saved");
  const stays = (list: string): boolean => /^(lane|recipient):/.test(list);
  const lists = (await listsOf(id)).filter((list) => !stays(list));
  expect(lists).toEqual(["group:unreadable:invalid:", "reason:invalid", "status:dead"]);
});

it.each(["zadd", "zrem"])(
  "%s: a check whose lease ran out is not lost, and not suspected",
  async (command) => {
    const id = await created();
    await admin.zadd(keys.confirmLeases, 1, id);
    await admin.zadd(keys.status("confirming"), 1, id);
    const look = async (): Promise<string> =>
      store
        .leaseChecks({
          most: 10,
          leaseMs: 10_000,
          probeLeaseMs: 10_000,
          withSuspects: true,
          fullFamilies: [],
        })
        .then(({ checks }) => checks.map((check) => `${check.id} ${check.expiredLeases}`).join(), messageOf);

    await grant(`-${command}`);
    expect(await look()).toMatch(/can't run this command|no permissions/);
    expect((await listsOf(id)).filter((list) => list.startsWith("confirm:"))).not.toEqual([]);
    await grant(`+${command}`);

    expect(await look()).toBe(`${id} 1`);
  },
);

it.each(["zadd", "zrem"])("%s: a check that could not be leased stays due", async (command) => {
  const id = await created();
  await admin.zadd(keys.confirmDue, 1, id);
  const look = async (): Promise<string> =>
    store
      .leaseChecks({ most: 10, leaseMs: 10_000, probeLeaseMs: 10_000, withSuspects: true, fullFamilies: [] })
      .then(({ checks }) => checks.map((check) => check.id).join(), messageOf);

  await grant(`-${command}`);
  expect(await look()).toMatch(/can't run this command|no permissions/);
  expect(await listsOf(id)).toContain("confirm:due");
});

it.each(["zadd", "zrem"])("%s: a check that could not be handed back is in a list", async (command) => {
  const id = await created();
  await admin.zadd(keys.confirmLeases, 1, id);

  await grant(`-${command}`);
  const released = await store.releaseChecks([{ id, version: 1 }]).then(() => "released", messageOf);

  expect(released).toMatch(/can't run this command|no permissions/);
  expect((await listsOf(id)).filter((list) => list.startsWith("confirm:"))).not.toEqual([]);
});
