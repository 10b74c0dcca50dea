/**
 * What the watch calls stuck: every unfinished delivery without a timer, and no other.
 */
import { Redis } from "ioredis";
import { afterAll, describe, expect, it } from "vitest";
import { aPrefix, testRedisUrl } from "../support/redis.ts";
import { AccountKeys } from "../../src/storage/keys.ts";
import { Watch } from "./watch.ts";

const redis = new Redis(testRedisUrl());
afterAll(() => redis.disconnect());

const AN_HOUR_MS = 3_600_000;

describe("a queued delivery", () => {
  it.each([
    ["that is in no list", { deadline: Date.now() + AN_HOUR_MS }, ["queued d-1"]],
    ["behind the head of its lane", { deadline: Date.now() + AN_HOUR_MS, turn: 1 }, []],
    ["whose deadline has passed, and which is not sent any more", { deadline: Date.now() - AN_HOUR_MS }, []],
  ])("%s", async (_, record, stuck) => {
    const keys = new AccountKeys(aPrefix(), "yzj");
    await redis.zadd(keys.status("queued"), 1, "d-1");
    await redis.zadd(keys.deadlines, record.deadline, "d-1");
    await redis.hset(keys.delivery("d-1"), record);
    const watch = new Watch(testRedisUrl(), [keys.base]);

    const over = new AbortController();
    const look = await watch.look();
    over.abort();
    await watch.work(over.signal);

    expect(look.unfinished).toBe(1);
    expect([...watch.stuck]).toEqual(stuck);
  });
});
