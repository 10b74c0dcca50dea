/**
 * ARCHITECTURE section 5, "Waking": rings may be lost in every way there is, and what is due is sent within a
 * second or so all the same, because every worker looks by itself.
 */
import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startDeliveryWorker } from "../../src/app/delivery-worker.ts";
import { LookTurns } from "../../src/queue/look-turns.ts";
import { queueNames, WakeQueue, WakeWorker } from "../../src/queue/wake-up.ts";
import { connectionOptions } from "../../src/storage/connection.ts";
import { aSendLook } from "../support/a-send-look.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { testRedisUrl } from "../support/redis.ts";
import { startSystem, type System } from "../support/system.ts";
import { keysOf } from "../support/keys-of.ts";

let system: System;
const asleep = (): string => keysOf(system).asleep;
let redis: Redis;
beforeEach(async () => {
  redis = new Redis(testRedisUrl(), connectionOptions("worker"));
  system = await startSystem({ withoutWorker: true, account: "concurrency: 1" });
});
afterEach(async () => {
  await system.close();
  redis.disconnect();
});

const queue = () => queueNames(system.config.redis.prefix, "yzj");

it("a lost wake-up, because the one before it is held by a worker that never ends it, costs no delivery", async () => {
  const { promise: taken, resolve: take } = Promise.withResolvers<void>();
  const holder = new Worker(
    queue().name,
    async () => {
      take();
      await new Promise(() => undefined);
    },
    { connection: redis, prefix: queue().prefix },
  );
  const bell = new WakeQueue(redis, {
    prefix: system.config.redis.prefix,
    account: "yzj",
    onError: () => undefined,
  });
  await bell.ring();
  await taken;
  await system.startWorker();
  await eventually(
    () => redis.exists(asleep()),
    (asleep) => asleep === 1,
  );

  const id = await system.enqueue(aTodo());

  expect((await system.ended(id)).state.status).toBe("confirmed");
  await holder.close(true);
  await bell.close();
});

it("a wake-up that comes while the one before it is served is kept, and served after it", async () => {
  let wakes = 0;
  const bell = new WakeQueue(redis, {
    prefix: system.config.redis.prefix,
    account: "yzj",
    onError: () => undefined,
  });
  const { promise: second, resolve } = Promise.withResolvers<void>();
  const sleeper = new WakeWorker({
    connection: redis,
    prefix: system.config.redis.prefix,
    account: "yzj",
    onWake: () => {
      wakes += 1;
      if (wakes === 1) void bell.ring();
      else resolve();
    },
    onError: () => undefined,
  });

  await bell.ring();
  await second;

  expect(wakes).toBe(2);
  await sleeper.stop(2_000);
  await bell.close();
});

it("a wake queue that Redis refuses is tried ever less often, and works again once it is fixed", async () => {
  await redis.set(`${queue().prefix}:${queue().name}:wait`, "not a list");
  const refused: number[] = [];
  const { promise: woken, resolve } = Promise.withResolvers<void>();
  const sleeper = new WakeWorker({
    connection: redis,
    prefix: system.config.redis.prefix,
    account: "yzj",
    onWake: resolve,
    onError: ({ message }) => {
      if (message.includes("WRONGTYPE")) refused.push(performance.now());
    },
  });
  await eventually(
    () => refused.length,
    (count) => count > 2,
  );
  // After pauses of 250 and 500 ms.
  expect((refused[2] ?? 0) - (refused[0] ?? 0)).toBeGreaterThan(700);

  await redis.del(`${queue().prefix}:${queue().name}:wait`);
  const bell = new WakeQueue(redis, {
    prefix: system.config.redis.prefix,
    account: "yzj",
    onError: () => undefined,
  });
  await bell.ring();
  await woken;

  await sleeper.stop(20_000);
  await bell.close();
});

it("a wake queue that Redis refuses costs no delivery", async () => {
  await redis.set(`${queue().prefix}:${queue().name}:wait`, "not a list");
  await system.startWorker();
  const refusals = (): number =>
    system.events.filter((event) => event.event === "redis.failed" && event.detail.includes("WRONGTYPE"))
      .length;
  await eventually(refusals, (count) => count > 1);
  await eventually(
    () => redis.exists(asleep()),
    (asleep) => asleep === 1,
  );

  const id = await system.enqueue(aTodo());

  expect((await system.ended(id)).state.status).toBe("confirmed");
});

it("a deadline is met, and a takeover made, while every slot is taken", async () => {
  await system.misbehave({ script: [{ fault: "hang-after", endpoint: "todo.create", limitMs: 100_000 }] });
  await system.startWorker();
  const slow = await system.enqueue(aTodo());
  await eventually(system.ledger, ({ todos }) => todos.length === 1);
  const due = Date.now() + 300;
  const behind = await system.enqueue({ ...aTodo(), deadline: due });
  // What a dead worker had leased.
  const orphan = await system.enqueue(aTodo());
  await redis.zrem(keysOf(system).sendDue("todo"), orphan);
  await redis.zrem(keysOf(system).status("queued"), orphan);
  await redis.hset(keysOf(system).delivery(orphan), "mark", "L:dead:1");
  await redis.zadd(keysOf(system).sendLeases, 1, orphan);

  expect((await system.ended(behind)).state).toMatchObject({ status: "dead", reason: "expired" });
  await eventually(
    async () => (await system.store.timeline(orphan)).map(({ event }) => event),
    (events) => events.includes("sent"),
  );
  expect(await redis.zscore(keysOf(system).sendLeases, slow)).not.toBeNull();
});

it("an acknowledgement does not wait for its wake-up, and a producer that closes does", async () => {
  await redis.set(asleep(), "1");
  let isAcknowledged = false;
  const rung = new Promise<boolean>((resolve) => {
    const bell = new WakeWorker({
      connection: redis,
      prefix: system.config.redis.prefix,
      account: "yzj",
      onWake: () => {
        resolve(isAcknowledged);
        void bell.stop(1_000);
      },
      onError: () => undefined,
    });
  });

  await system.enqueue(aTodo());
  isAcknowledged = true;
  await system.producer.close();

  expect(await rung).toBe(true);
});

it("who found nothing and sleeps is to be rung, and who looks again in a moment is not", async () => {
  const look = async (staysAwake: boolean): Promise<number> => {
    const calledAt = Number((await redis.time())[0]) * 1_000;
    await system.store.leaseSends(aSendLook({ calledAt, staysAwake }));
    return redis.exists(asleep());
  };

  expect(await look(true)).toBe(0);
  expect(await look(false)).toBe(1);
});

it("the accounts of a worker take turns to look", async () => {
  const take = vi.spyOn(LookTurns.prototype, "take");
  const { accounts, ...rest } = system.config;
  const [settings] = Object.values(accounts);
  if (settings === undefined) throw new Error("the system has one account");
  const config = { ...rest, accounts: { one: settings, other: settings } };
  const worker = await startDeliveryWorker({ config, emit: () => undefined, warn: () => undefined });
  try {
    await eventually(
      async () => take.mock.calls.length,
      (calls) => calls >= 2,
    );
    expect(new Set(take.mock.contexts).size).toBe(1);
  } finally {
    take.mockRestore();
    await worker.stop();
  }
});
