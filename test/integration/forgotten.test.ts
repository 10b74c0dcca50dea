/**
 * What is left of a delivery: its key for as long as its record, and longer; its receipt for longer still.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keyHash } from "../../src/delivery/idempotency.ts";
import { aTodo } from "../support/builders.ts";
import { startSystem, type System } from "../support/system.ts";
import { keysOf } from "../support/keys-of.ts";

let system: System;
beforeEach(async () => {
  system = await startSystem();
});
afterEach(async () => {
  await system.close();
});

const nameOf = (kind: "key" | "receipt", key: string): string => keysOf(system)[kind](keyHash(key));

const NO_END = -1;
const GONE = -2;

const RETENTION_MS = 50_000;

/** As if all of them had ended long ago. */
async function forget(status: "confirmed" | "discarded"): Promise<number> {
  const list = keysOf(system).status(status);
  for (const id of await system.redis.zrange(list, 0, "-1")) await system.redis.zadd(list, 1, id);
  return system.store.purge(status, { retentionMs: RETENTION_MS, referenceRetentionMs: 90_000, most: 100 });
}

describe("an idempotency key", () => {
  it("has no end while its delivery is alive, or ended and not yet forgotten", async () => {
    const id = await system.enqueue({ ...aTodo(), key: "oa-1", deadline: Date.now() + 120_000 });

    expect(await system.redis.pttl(nameOf("key", "oa-1"))).toBe(NO_END);
    await system.ended(id);
    expect(await system.redis.pttl(nameOf("key", "oa-1"))).toBe(NO_END);
  });

  it("outlives its forgotten delivery, so that a late repeat creates nothing", async () => {
    const todo = { ...aTodo(), key: "oa-1" };
    const id = await system.enqueue(todo);
    await system.ended(id);

    expect(await forget("confirmed")).toBe(1);

    const left = await system.redis.pttl(nameOf("key", "oa-1"));
    expect(left).toBeGreaterThan(40_000);
    expect(left).toBeLessThanOrEqual(RETENTION_MS);
    expect(await system.producer.enqueue(todo)).toEqual({ kind: "existing", id });
    expect(
      await system.producer.enqueue({ ...todo, payload: { ...todo.payload, title: "x" } }),
    ).toMatchObject({
      kind: "conflict",
      errors: [{ pointer: "/payload" }],
    });
  });
});

describe("a receipt", () => {
  it("is kept under its key when its delivery is forgotten, and not without one", async () => {
    await system.redis.hset(keysOf(system).delivery("d1"), {
      request: "{}",
      state: JSON.stringify({ receipt: { workId: "w-1" }, lane: "lane-1" }),
      key: keyHash("oa-1"),
    });
    await system.redis.hset(keysOf(system).delivery("d2"), {
      request: "{}",
      state: JSON.stringify({ lane: "lane-1" }),
      key: keyHash("oa-2"),
    });
    await system.redis.zadd(keysOf(system).status("discarded"), 1, "d1", 1, "d2");

    expect(await forget("discarded")).toBe(2);

    expect(await system.store.referenced(keyHash("oa-1"))).toEqual({
      ended: true,
      receipt: { workId: "w-1" },
      lane: "lane-1",
      createdAt: null,
    });
    expect(await system.store.referenced(keyHash("oa-2"))).toBe(null);
    expect(await system.redis.pttl(nameOf("receipt", "oa-1"))).toBeGreaterThan(80_000);
    expect(await system.redis.pttl(nameOf("receipt", "oa-2"))).toBe(GONE);
  });
});
