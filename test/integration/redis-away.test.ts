/**
 * A Redis that goes away and comes back: nothing is lost, nothing is sent twice, and a worker says when
 * it makes no progress.
 */
import { setTimeout } from "node:timers/promises";
import { Redis } from "ioredis";
import { request } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aFreePort } from "../../src/dev/private-redis/free-port.ts";
import { startPrivateRedis, type PrivateRedis } from "../../src/dev/private-redis/private-redis.ts";
import { startDeliveryWorker } from "../../src/app/delivery-worker.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { WorkerProcesses } from "../support/worker-process.ts";
import { startSystem, type System } from "../support/system.ts";

let redis: PrivateRedis;
let system: System;
let workers: WorkerProcesses;
beforeEach(async () => {
  redis = await startPrivateRedis({ appendfsync: "always" });
  system = await startSystem({ redisUrl: redis.url, withoutWorker: true });
  workers = new WorkerProcesses(system.yaml);
});
afterEach(async () => {
  await workers.close();
  await system.close();
  await redis.stop();
});

describe("a Redis that is killed and started again", () => {
  it("loses no acknowledged delivery, and nothing is sent twice", async () => {
    await system.misbehave({ random: { rates: { late: 1 }, parameters: { lateMs: 40_000 } } });
    await workers.start();
    const results = await system.producer.enqueueBatch(Array.from({ length: 60 }, () => aTodo()));
    const ids = results.map((result) => ("id" in result ? result.id : ""));
    await eventually(system.ledger, ({ todos }) => todos.length >= 20);

    await redis.kill();
    const refused = await system.producer.enqueue(aTodo());
    await redis.restart();
    const ended = await Promise.all(ids.map((id) => system.ended(id, 60_000)));

    expect(refused.kind).toBe("unavailable");
    expect(ended.map(({ state }) => state.status)).toEqual(ids.map(() => "confirmed"));
    const { todos } = await system.ledger();
    expect(todos.filter(({ repeats, stores }) => repeats > 0 || stores > 1)).toEqual([]);
  });

  it("makes the worker say that it is not ready, and ready again", async () => {
    const port = await aFreePort();
    await workers.start({ BIDA_HEALTH_PORT: String(port) });
    const readyz = async (): Promise<number | string> => {
      try {
        const { statusCode, body } = await request(`http://127.0.0.1:${port}/readyz`);
        await body.dump();
        return statusCode;
      } catch (error) {
        // It does not listen yet.
        return String(error);
      }
    };
    await eventually(readyz, (status) => status === 200);

    await redis.kill();
    await eventually(readyz, (status) => status === 503);
    const livez = await request(`http://127.0.0.1:${port}/livez`);
    await livez.body.dump();
    await redis.restart();

    await eventually(readyz, (status) => status === 200);
    expect(livez.statusCode).toBe(200);
  });
});

describe("a Redis that cuts every connection", () => {
  it("is found again, and what waits continues", async () => {
    await workers.start();
    const client = new Redis(redis.url);
    await client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    client.disconnect();

    const { state } = await system.ended(await enqueuedAtLast());

    expect(state).toMatchObject({ status: "confirmed", sends: 1 });
  });
});

describe("a Redis that does not answer for ten seconds", () => {
  it("costs time only: producers get an answer within two seconds, and everything is delivered once", async () => {
    await workers.start();
    const results = await system.producer.enqueueBatch(Array.from({ length: 30 }, () => aTodo()));
    const ids = results.map((result) => ("id" in result ? result.id : ""));
    // What DEBUG SLEEP does, on every version: alive, and silent.
    const { pid } = redis;
    if (pid === null) throw new Error("this test needs a redis-server on the PATH, not one in Docker");
    process.kill(pid, "SIGSTOP");
    const told = await system.producer.enqueue(aTodo());
    await setTimeout(10_000);
    process.kill(pid, "SIGCONT");
    const ended = await Promise.all(ids.map((id) => system.ended(id, 60_000)));

    expect(told.kind).toBe("unavailable");
    expect(ended.map(({ state }) => state.status)).toEqual(ids.map(() => "confirmed"));
    const { todos } = await system.ledger();
    expect(todos.filter(({ repeats, stores }) => repeats > 0 || stores > 1)).toEqual([]);
  });
});

describe("a Redis that has lost everything", () => {
  it("is used afresh: no busy loop about what is gone, and new deliveries are delivered", async () => {
    await workers.start();
    await system.misbehave({ script: [{ fault: "unavailable", bare: true, times: -1 }] });
    await system.producer.enqueueBatch(Array.from({ length: 30 }, () => aTodo()));
    const client = new Redis(redis.url);
    await client.flushall();
    await system.misbehave({ clear: true });

    const { state } = await system.ended(await enqueuedAtLast());
    const before = await commandsOf(client);
    await setTimeout(1_000);
    const aSecond = (await commandsOf(client)) - before;
    client.disconnect();

    expect(state).toMatchObject({ status: "confirmed", sends: 1 });
    // Its loops look once a second each; a loop that spins asks thousands of times.
    expect(aSecond).toBeLessThan(300);
  });
});

describe("a Redis that Bida must not trust", () => {
  it("that may evict is refused in one sentence that says how to fix it", async () => {
    const client = new Redis(redis.url);
    await client.config("SET", "maxmemory-policy", "allkeys-lru");
    client.disconnect();

    const start = startDeliveryWorker({
      config: system.config,
      emit: () => undefined,
      warn: () => undefined,
    });

    await expect(start).rejects.toThrow(/may evict.*set it to noeviction/);
  });

  it("that may evict from now on is named by readiness, until it may not any more", async () => {
    const client = new Redis(redis.url);
    const worker = await startDeliveryWorker({
      config: system.config,
      emit: () => undefined,
      warn: () => undefined,
    });
    const readiness = (): string => worker.readiness().reasons.join();
    try {
      await client.config("SET", "maxmemory-policy", "allkeys-lru");
      await eventually(
        () => readiness(),
        (reasons) => /may evict deliveries \(maxmemory-policy allkeys-lru\); set it to/.test(reasons),
      );
      await client.config("SET", "maxmemory-policy", "noeviction");
      await eventually(
        () => worker.readiness().ready,
        (isReady) => isReady,
      );
    } finally {
      await worker.stop();
      client.disconnect();
    }
  });

  it("that is full refuses new deliveries, and takes them again once there is room", async () => {
    const client = new Redis(redis.url);
    await client.config("SET", "maxmemory", "1");
    const full = await system.producer.enqueue(aTodo());
    await client.config("SET", "maxmemory", "0");
    client.disconnect();

    expect(full.kind).toBe("unavailable");
    expect((await system.producer.enqueue(aTodo())).kind).toBe("created");
  });
});

async function commandsOf(client: Redis): Promise<number> {
  const [, count] = /total_commands_processed:(\d+)/.exec(await client.info("stats")) ?? [];
  return Number(count);
}

async function enqueuedAtLast(): Promise<string> {
  const todo = { ...aTodo(), key: "after-the-cut" };
  const result = await eventually(
    () => system.producer.enqueue(todo),
    ({ kind }) => kind === "created" || kind === "existing",
  );
  return "id" in result ? result.id : "";
}
