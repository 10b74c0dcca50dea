/**
 * Producers that wait for Redis' disk or for a replica, on a real Redis that knows WAITAOF (Valkey 8, say), and
 * their refusal on one that does not.
 */
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startPrivateRedis, type PrivateRedis } from "../../src/dev/private-redis/private-redis.ts";
import { readRedisState } from "../../src/app/redis-state.ts";
import { connect, hangUp, type RedisAddress } from "../../src/storage/connection.ts";
import { DurableWrites } from "../../src/storage/durable-writes.ts";
import { AccountKeys } from "../../src/storage/keys.ts";
import { startApiSystem, type ApiSystem } from "../doors/http/api-system.ts";
import { aTodo } from "../support/builders.ts";
import { startDurableRedis } from "../support/durable-redis.ts";
import { eventually } from "../support/eventually.ts";
import { FAST } from "../support/pace.ts";
import { a, aMeeting } from "../support/schedules.ts";
import { startCluster, type Topology } from "../support/topologies.ts";
import { startSystem, type System } from "../support/system.ts";

/** A master, and a replica of it that starts and stops as the tests say. */
let master: PrivateRedis;
let replica: PrivateRedis;
let admin: Redis;
beforeAll(async () => {
  master = await startDurableRedis({ extraArgs: ["--repl-diskless-sync-delay", "0"] });
  replica = await startDurableRedis({ extraArgs: ["--replicaof", "127.0.0.1", String(master.port)] });
  admin = new Redis(master.url);
  await followed();
}, 120_000);
afterAll(async () => {
  admin.disconnect();
  await Promise.all([master.stop(), replica.stop()]);
});

const followed = async (): Promise<unknown> =>
  eventually(
    () => admin.wait(1, 500),
    (replicas) => replicas === 1,
    20_000,
  );

it("the state of Redis shows how far its slowest replica is behind, while one follows", async () => {
  const redis = connect({ url: master.url }, { role: "worker", onError: () => undefined });
  const lag = async (): Promise<number | null | undefined> =>
    (await readRedisState(redis))[0]?.replicaLagBytes;

  expect(await lag()).toEqual(expect.any(Number));
  await replica.kill();
  await eventually(lag, (bytes) => bytes === null, 20_000);
  await replica.restart();
  await followed();
  await hangUp(redis);
});

describe("a producer that asks for durability", () => {
  let system: ApiSystem;
  const open = async (redisUrl: string): Promise<ApiSystem> => {
    system = await startApiSystem({
      redisUrl,
      withoutWorker: true,
      tuning: { ...FAST, durableWithinMs: 300 },
    });
    return system;
  };
  afterEach(async () => {
    await system.close();
    await admin.config("SET", "appendfsync", "everysec");
  });
  const send = async (body: object) => system.call("/v1/deliveries", { body });

  it("is answered when it is on disk, or with a replica; one and many", async () => {
    await open(master.url);
    await admin.config("SET", "appendfsync", "always");

    const disk = await send({ ...aTodo(), durability: "aof" });
    const copy = await send({ ...aTodo(), durability: "replica" });
    const both = ["aof", "replica"].map((durability) => ({ ...aTodo(), durability }));
    const many = await system.call("/v1/deliveries/batch", { body: { items: [...both, aTodo()] } });

    expect([disk.status, copy.status]).toEqual([202, 202]);
    expect(many.json["items"]).toMatchObject([{ status: 202 }, { status: 202 }, { status: 202 }]);
  });

  it("learns where it is acknowledged and not as durable; the same request again waits again", async () => {
    await open(master.url);
    await admin.config("SET", "appendfsync", "no");
    const order = { ...aTodo(), key: "k-1", durability: "aof" };

    const late = await send(order);
    const again = await send(order);
    const { json } = await system.call("/v1/deliveries/batch", { body: { items: [order] } });
    await admin.config("SET", "appendfsync", "always");
    const safe = await send(order);

    expect([late.status, late.json["code"]]).toEqual([503, "acceptedNotDurable"]);
    expect([again.status, again.json["id"]]).toEqual([503, late.json["id"]]);
    const item = { status: 503, id: late.json["id"], result: "existing", code: "acceptedNotDurable" };
    expect(json["items"]).toMatchObject([item]);
    expect([safe.status, safe.json["id"]]).toEqual([200, late.json["id"]]);
    expect(await system.store.count("queued")).toBe(1);
  });

  it("learns that no replica follows, and stays acknowledged", async () => {
    await open(master.url);
    await replica.kill();

    const order = { ...aTodo(), key: "k-1", durability: "replica" };
    const late = await send(order);
    await replica.restart();
    await followed();
    const safe = await send(order);

    expect([late.status, late.json["code"]]).toEqual([503, "acceptedNotDurable"]);
    expect([safe.status, safe.json["id"]]).toEqual([200, late.json["id"]]);
  });

  it("is refused before anything is written where Redis cannot wait like that", async () => {
    await open(master.url);
    await admin.config("SET", "appendonly", "no");

    const refused = await send({ ...aTodo(), key: "k-1", durability: "aof" });
    const wrong = await send({ ...aTodo(), durability: "paper" });
    await admin.config("SET", "appendonly", "yes");

    expect(refused.status).toBe(400);
    expect(refused.json["errors"]).toEqual([
      { pointer: "/durability", detail: expect.stringContaining("without AOF") as string },
    ]);
    expect(wrong.status).toBe(400);
    expect(await system.store.count("queued")).toBe(0);
  });
});

describe("a Redis of 7.0", () => {
  it("has no WAITAOF: the refusal says which version has", async () => {
    const old = await startPrivateRedis();
    const redis = connect({ url: old.url }, { role: "producer", onError: () => undefined });
    const writes = new DurableWrites(redis, { prefix: "t" });
    const [version = 0] = (/redis_version:(\d+\.\d+)/.exec(await redis.info())?.slice(1) ?? []).map(Number);

    const [disk, copy] = [await writes.refusal("aof", "yzj"), await writes.refusal("replica", "yzj")];

    // Where the tests run on a newer one, there is nothing to refuse.
    expect(disk).toBe(
      version < 7.2
        ? "expected replica, or none: this Redis has no WAITAOF; Redis 7.2 and Valkey have"
        : null,
    );
    expect(copy).toBeNull();
    writes.close();
    redis.disconnect();
    await old.stop();
  });

  it("whose user may not wait says which right is missing", async () => {
    await admin.acl("SETUSER", "bida", "on", ">secret", "~*", "+@all", "-waitaof", "-wait");
    const url = master.url.replace("redis://", "redis://bida:secret@");
    const redis = connect({ url }, { role: "producer", onError: () => undefined });
    const writes = new DurableWrites(redis, { prefix: "t" });

    expect(await writes.refusal("aof", "yzj")).toContain("+waitaof");
    expect(await writes.refusal("replica", "yzj")).toContain("+wait");
    writes.close();
    redis.disconnect();
  });
});

describe("waiting", () => {
  const opened: { close(): void }[] = [];
  afterEach(() => {
    for (const one of opened.splice(0)) one.close();
  });
  const aWait = (where: RedisAddress) => {
    const redis = connect(where, { role: "producer", onError: () => undefined });
    const writes = new DurableWrites(redis, { prefix: "w", withinMs: 2_000 });
    opened.push({
      close: () => {
        writes.close();
        redis.disconnect();
      },
    });
    return { redis, writes };
  };

  it("finds out that a record is gone, and never calls a broken connection safe", async () => {
    const { redis, writes } = aWait({ url: master.url });
    await redis.hset(new AccountKeys("w", "yzj").delivery("here"), "state", "{}");
    await admin.config("SET", "appendfsync", "no");

    const gone = await writes.reached("replica", { account: "yzj", id: "gone" });
    const waiting = writes.reached("aof", { account: "yzj", id: "here" });
    await expect.poll(async () => String(await admin.client("LIST")).includes("cmd=waitaof")).toBe(true);
    await admin.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    const broken = await waiting;
    await admin.config("SET", "appendfsync", "always");

    expect([gone, broken]).toEqual(["gone", "late"]);
    expect(await writes.reached("aof", { account: "yzj", id: "here" })).toBe("reached");
  });

  it("asks the master of each account's slot in a cluster", async () => {
    const cluster: Topology = await startCluster(startDurableRedis);
    try {
      const { redis, writes } = aWait({ url: "", cluster: cluster.urls });
      const accounts = ["yzj", "hn", "mall", "other"];
      for (const name of accounts) await redis.hset(new AccountKeys("w", name).delivery("x"), "state", "{}");

      const [refusals, waits] = await Promise.all([
        Promise.all(accounts.map(async (name) => writes.refusal("aof", name))),
        Promise.all(accounts.map(async (name) => writes.reached("aof", { account: name, id: "x" }))),
      ]);

      expect(refusals).toEqual(accounts.map(() => null));
      expect(waits).toEqual(accounts.map(() => "reached"));
    } finally {
      for (const one of opened.splice(0)) one.close();
      await cluster.stop();
    }
  });
});

describe("redis.waitReplicas", () => {
  let system: System;
  afterEach(async () => system.close());

  it("a schedule, of which the platform has no key, does not leave before a replica has its lease", async () => {
    const redis = `url: "${master.url}", waitReplicas: 1`;
    system = await startSystem({ lookup: "lists", redis });
    await replica.kill();

    const [meeting, todo] = [
      await system.enqueue(a("create", aMeeting("会议"))),
      await system.enqueue(aTodo()),
    ];

    expect((await system.ended(todo)).state.status).toBe("confirmed");
    await eventually(
      async () => (await held(meeting)).detail ?? "",
      (detail) => detail.includes("waitReplicas"),
    );
    expect(await system.calls("create")).toBe(0);
    await replica.restart();
    expect((await system.ended(meeting)).state.status).toBe("confirmed");
    expect(await system.calls("create")).toBe(1);
  });

  it("and leaves also where the memory of Redis is used up", async () => {
    system = await startSystem({ lookup: "lists", redis: `url: "${master.url}", waitReplicas: 1` });
    await replica.kill();
    const meeting = await system.enqueue(a("create", aMeeting("会议")));
    await eventually(
      async () => (await held(meeting)).detail ?? "",
      (detail) => detail.includes("waitReplicas"),
    );

    await admin.config("SET", "maxmemory", "1");
    try {
      await replica.restart();
      expect((await system.ended(meeting)).state.status).toBe("confirmed");
    } finally {
      await admin.config("SET", "maxmemory", "0");
    }
  });

  const held = async (id: string) => {
    const found = await system.store.get(id);
    if (found === null || found === "unreadable") throw new Error("it is gone");
    return found.state;
  };
});
