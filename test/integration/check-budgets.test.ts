/**
 * The budgets of checks are a sliding log: at most so many calls in any window, however the clock goes.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connect, scripts, type ScriptedRedis } from "../../src/storage/connection.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";
import { AccountKeys } from "../../src/storage/keys.ts";

const [CALLS, WINDOW, START] = [5, 65_000, 1_800_000_000_000];

let redis: ScriptedRedis;
let base: string;
beforeAll(() => {
  redis = connect({ url: testRedisUrl() }, { role: "worker", onError: () => undefined });
});
beforeEach(() => {
  base = new AccountKeys(aPrefix(), "yzj").base;
});
afterAll(() => redis.disconnect());

/** The script with this test's clock in place of Redis'. */
async function at(now: number, script: string, ...args: string[]): Promise<unknown> {
  const { lua = "" } = scripts[script] ?? {};
  const clock = `{ "${Math.floor(now / 1_000)}", "${(now % 1_000) * 1_000}" }`;
  return redis.eval(lua.replaceAll('redis.call("TIME")', clock), 1, base, ...args);
}

/** True where a call is permitted, else after how many ms to ask again. */
async function asked(now: number, ...entities: string[]): Promise<(true | number)[]> {
  const shared = [CALLS, WINDOW, "check", 0, 2_000].map(String);
  const reply = await at(now, "bidaPermitCheck", JSON.stringify([shared, ...entities.map((one) => [one])]));
  return (JSON.parse(String(reply)) as [0 | 1, number][]).map(([granted, ms]) => (granted === 1 ? true : ms));
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe("the budget of an entity", () => {
  it("is a number of calls in any window, also within one batch, and each entity has its own", async () => {
    expect(await asked(START, ...times(7, "a"), "b")).toEqual([...times(5, true), WINDOW, WINDOW, true]);
    expect(await asked(START + WINDOW - 1, "a", "b")).toEqual([1, true]);
    expect(await asked(START + WINDOW, ...times(6, "a"))).toEqual([...times(5, true), WINDOW]);
  });

  it("equals what a log of all calls would give", async () => {
    const log: number[] = [];
    const steps = Array.from(
      { length: 120 },
      (_, index) => [7_000, 900, 20_000, 64_999, 1][(index * 7) % 9] ?? 3_000,
    );
    let now = START;
    for (const [index, step] of steps.entries()) {
      now += step;
      const live = log.filter((moment) => moment > now - WINDOW);
      const isFree = live.length < CALLS;
      if (isFree) log.push(now);
      const expected = isFree ? true : Math.min(...live) + WINDOW - now;
      expect(await asked(now, "a"), `step ${index}`).toEqual([expected]);
    }
    // Some were permitted and some were not: both have been looked at.
    expect(log.length).toBeGreaterThan(20);
    expect(log.length).toBeLessThan(steps.length - 20);
  });

  it("is not forgotten when Redis' clock is set back, by up to a window", async () => {
    await asked(START, ...times(CALLS, "a"));

    for (const back of [1, 1_000, 30_000, WINDOW]) {
      expect(await asked(START - back, "a")).toEqual([WINDOW + back]);
    }
  });

  it("that the platform calls exhausted is free again after a whole window, and others stay as they were", async () => {
    await asked(START, "a", "b");

    await at(START + 1_000, "bidaExhaustBudget", "a", String(CALLS), String(WINDOW));

    expect(await asked(START + WINDOW, "a", ...times(6, "b"))).toEqual([1_000, ...times(5, true), WINDOW]);
    expect(await asked(START + 1_000 + WINDOW, "a")).toEqual([true]);
  });

  it("takes a place that expires with its window", async () => {
    const now = Date.now();
    for (const past of [3, 2, 1, 0]) await asked(now - past * WINDOW, "a");

    const kept = await redis.keys(`${base}budgets:*`);
    expect(kept.length).toBeLessThanOrEqual(3);
    for (const key of kept) {
      const lives = await redis.pttl(key);
      expect(lives).toBeGreaterThan(0);
      expect(lives).toBeLessThanOrEqual(2 * WINDOW);
    }
  });
});
