import { describe, expect, it } from "vitest";
import { planOf } from "./plan.ts";

const MINUTE = { durationMs: 60_000, workers: 3 };

describe("the plan", () => {
  it("is the same for the same seed, and another for another", () => {
    expect(planOf(7, MINUTE)).toEqual(planOf(7, MINUTE));
    expect(planOf(7, MINUTE)).not.toEqual(planOf(8, MINUTE));
  });

  it("has every kind of disturbance in a minute", () => {
    const kinds = new Set(planOf(7, MINUTE).map(({ kind }) => kind));

    expect([...kinds].toSorted()).toEqual([
      "account.away",
      "platform.fault",
      "platform.wire",
      "redis.kill",
      "redis.wire",
      "tokens.die",
      "worker.clock",
      "worker.freeze",
      "worker.kill",
      "worker.stop",
    ]);
  });

  it("disturbs a run of six seconds too", () => {
    expect(planOf(7, { ...MINUTE, durationMs: 6_000 })).toHaveLength(8);
  });

  it("cuts one worker off from Redis for longer than a ticket's lock lives, once a minute", () => {
    const long = planOf(7, MINUTE).filter(({ kind, forMs }) => kind === "redis.wire" && forMs > 10_000);

    expect(long).toHaveLength(1);
  });
});
