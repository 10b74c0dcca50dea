/**
 * DESIGN section 1, promise 4: every unfinished delivery has a live timer, whatever is lost.
 */
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { testRedisUrl } from "../support/redis.ts";
import { eventually } from "../support/eventually.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
let redis: Redis;
beforeEach(async () => {
  world = await startWorld({ withoutWorker: true });
  redis = new Redis(testRedisUrl());
});
afterEach(async () => {
  await world.close();
  redis.disconnect();
});

const base = (): string => `${world.config.redis.prefix}:{yzj}:`;

/** Deletes every key of BullMQ's, and none of ours. */
async function flushBullmq(): Promise<number> {
  const keys = await redis.keys(`${base()}bull:*`);
  return keys.length === 0 ? 0 : redis.del(...keys);
}

describe("a lost ticket", () => {
  it("is replaced when BullMQ's keys are flushed before a worker starts", async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => world.enqueue(aTodo())));
    expect(await flushBullmq()).toBeGreaterThan(0);

    await world.startWorker();
    const ended = await Promise.all(ids.map((id) => world.ended(id)));

    expect(ended.map(({ state }) => state.status)).toEqual(Array(5).fill("confirmed"));
    expect((await world.ledger()).todos.every(({ repeats }) => repeats === 0)).toBe(true);
  });

  it("is replaced when one job is deleted by hand", async () => {
    const id = await world.enqueue(aTodo());
    await redis.del(`${base()}bull:send:${id}`);
    await redis.lrem(`${base()}bull:send:wait`, 0, id);

    await world.startWorker();

    expect((await world.ended(id)).state.status).toBe("confirmed");
  });
});

describe("a lost lease", () => {
  it("puts its delivery back when a worker died with it", async () => {
    await world.misbehave({ script: [{ fault: "late", endpoint: "todo.create", lateMs: 60_000 }] });
    const worker = await world.startWorker();
    const id = await world.enqueue(aTodo());
    await eventually(
      () => world.store.count("confirming"),
      (count) => count === 1,
    );
    await worker.stop();
    await redis.zrem(`${base()}confirm:due`, id);
    await redis.zadd(`${base()}confirm:leases`, Date.now() - 1, id);

    await world.startWorker();

    expect((await world.ended(id)).state).toMatchObject({ status: "confirmed", sends: 1 });
  });
});

describe("a mark without a worker", () => {
  it("is an unknown send: verified, not repeated", async () => {
    const id = await world.enqueue(aTodo());
    // What a worker leaves behind that was killed after the platform stored and before it recorded.
    await redis.hset(`${base()}d:${id}`, "sending", Date.now());

    await world.startWorker();
    const { state } = await world.ended(id);

    const timeline = await world.store.timeline(id);
    expect(timeline[0]).toMatchObject({ event: "sent", outcome: "unknown (interrupted)" });
    expect(state).toMatchObject({ status: "confirmed", sends: 2, interruptions: 1 });
  });

  it("is poison when its worker dies on it three times", async () => {
    const id = await world.enqueue(aTodo());
    await redis.hset(`${base()}d:${id}`, "sending", Date.now());
    await world.misbehave({ script: [{ fault: "not-stored", endpoint: "todo.create", times: -1 }] });
    const record = await world.store.get(id);
    if (record === null || record === "unreadable") throw new Error("no record");
    await redis.hset(
      `${base()}d:${id}`,
      "state",
      JSON.stringify({
        ...record.state,
        interruptions: 2,
        lane: record.request.lane,
        deadlineAt: record.request.deadlineAt,
      }),
    );

    await world.startWorker();

    expect((await world.ended(id)).state).toMatchObject({
      status: "dead",
      reason: "poison",
      interruptions: 3,
    });
  });
});

describe("an unreadable record", () => {
  it("ends as invalid instead of being tried for ever", async () => {
    const id = await world.enqueue(aTodo());
    await redis.hset(`${base()}d:${id}`, "request", JSON.stringify({ from: "an older schema" }));

    await world.startWorker();

    expect((await world.ended(id)).state).toMatchObject({ status: "dead", reason: "invalid" });
  });
});

describe("a deadline", () => {
  it("ends what never left as expired", async () => {
    await world.misbehave({
      script: [{ fault: "throttled", endpoint: "todo.create", times: -1, retryAfterSeconds: 1 }],
    });
    await world.startWorker();
    const id = await world.enqueue({ ...aTodo(), deadline: Date.now() + 1_500 });

    expect((await world.ended(id)).state).toMatchObject({ status: "dead", reason: "expired", sends: 0 });
  });

  it("is kept though nobody hands out tickets", async () => {
    // BullMQ's own pause: a ticket is made, and lies there.
    await redis.hset(`${base()}bull:send:meta`, "paused", "1");
    await world.startWorker();
    const id = await world.enqueue({ ...aTodo(), deadline: Date.now() + 1_000 });

    const { state } = await world.ended(id);

    expect(state).toMatchObject({ status: "dead", reason: "expired", sends: 0 });
    expect(world.events.some(({ event }) => event === "delivery.sent")).toBe(false);
  });

  it("lets nothing be sent before its time", async () => {
    await world.startWorker();
    const sendAt = Date.now() + 1_000;

    const id = await world.enqueue({ ...aTodo(), sendAt });
    const { state } = await world.ended(id);

    expect(state.status).toBe("confirmed");
    expect(state.acceptedAt).toBeGreaterThanOrEqual(sendAt);
  });
});
