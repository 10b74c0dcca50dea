/**
 * ARCHITECTURE section 5, "Time": between two readings of Redis' clock a process adds monotonic time only.
 */
import { afterEach, expect, it, vi } from "vitest";
import { RedisClock } from "../../../src/storage/redis-clock.ts";

const REDIS_NOW = 1_800_000_000_000;

afterEach(() => {
  vi.restoreAllMocks();
});

function aClock(): { clock: RedisClock; pass: (ms: number) => void } {
  let monotonic = 5_000;
  const redis = { bidaTime: async () => [String(REDIS_NOW / 1_000), "0"] as const };
  return {
    clock: new RedisClock(redis, { monotonicMs: () => monotonic }),
    pass: (ms) => {
      monotonic += ms;
    },
  };
}

it.each([
  ["25 hours forward", 25 * 3_600_000],
  ["five minutes back", -300_000],
])("a wall clock that is set %s does not move it", async (_how, stepMs) => {
  const { clock, pass } = aClock();
  await clock.calibrate();

  vi.spyOn(Date, "now").mockReturnValue(Date.now() + stepMs);
  pass(1_000);

  expect(clock.now()).toBe(REDIS_NOW + 1_000);
});

it("a slow answer of Redis does not move a clock that is known", async () => {
  let monotonic = 0;
  let answerAfterMs = 0;
  const redis = {
    bidaTime: async () => {
      monotonic += answerAfterMs;
      return [String(REDIS_NOW / 1_000), "0"] as const;
    },
  };
  const clock = new RedisClock(redis, { monotonicMs: () => monotonic });
  await clock.calibrate();

  monotonic += 120_000;
  answerAfterMs = 20_000;
  await clock.calibrate();

  expect(clock.now()).toBe(REDIS_NOW + 140_000);
});

it("takes the quickest of several answers, so that two processes read the same time", async () => {
  let redisClock = REDIS_NOW;
  let monotonic = 0;
  const pass = (ms: number) => {
    redisClock += ms;
    monotonic += ms;
  };
  // On a busy machine an answer waits after Redis read its clock.
  const answersAfterMs = [200, 40, 2, 90, 30];
  const asked: number[] = [];
  const redis = {
    bidaTime: async () => {
      const answer = [String(Math.floor(redisClock / 1_000)), String((redisClock % 1_000) * 1_000)] as const;
      const afterMs = answersAfterMs[asked.length] ?? 0;
      asked.push(afterMs);
      pass(afterMs);
      return answer;
    },
  };
  const clock = new RedisClock(redis, { monotonicMs: () => monotonic });

  await Promise.all([clock.calibrate(), clock.calibrate()]);

  expect(asked).toEqual([200, 40, 2]);
  expect(Math.abs(clock.now() - redisClock)).toBeLessThanOrEqual(1);
});

it("asks a Redis that is far away no longer than a quarter of a second", async () => {
  let monotonic = 0;
  let asked = 0;
  const redis = {
    bidaTime: async () => {
      asked += 1;
      monotonic += 100;
      return [String(REDIS_NOW / 1_000), "0"] as const;
    },
  };
  const clock = new RedisClock(redis, { monotonicMs: () => monotonic });

  await clock.calibrate();

  expect(asked).toBe(3);
  expect(clock.isCalibrated).toBe(true);
});
