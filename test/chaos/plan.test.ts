import { describe, expect, it } from "vitest";
import { nameOf, planOf } from "./plan.ts";

const MINUTE = { durationMs: 60_000, workers: 3 };

describe("the plan", () => {
  it("is the same for the same seed, and differs for another seed", () => {
    expect(planOf(7, MINUTE)).toEqual(planOf(7, MINUTE));
    expect(planOf(7, MINUTE)).not.toEqual(planOf(8, MINUTE));
  });

  it("has every kind of disturbance in a minute", () => {
    const kinds = new Set(planOf(7, MINUTE).map(({ kind }) => kind));

    expect([...kinds].toSorted()).toEqual([
      "account.away",
      "intake.kill",
      "platform.fault",
      "platform.readings",
      "platform.wire",
      "redis.kill",
      "redis.promote",
      "redis.wire",
      "tokens.die",
      "worker.clock",
      "worker.freeze",
      "worker.kill",
      "worker.stop",
    ]);
  });

  it("disturbs a run of six seconds as well", () => {
    expect(planOf(7, { ...MINUTE, durationMs: 6_000 })).toHaveLength(10);
  });

  it("has each of these in three minutes, for every seed", () => {
    const wanted = [
      ...["anywhere", "connect", "connected", "sent", "answered"].map((at) => `SIGSTOP ${at}`),
      ...["connect", "connected", "sent"].map((at) => `SIGSTOP for long, ${at}`),
      ...["-3600000", "-30000", "-2000", "+2000", "+30000", "+3600000"].map((step) => `clock ${step} ms`),
      ...["in order", "by death"].map((how) => `replica promoted ${how}`),
      "SIGKILL of a worker",
      "SIGTERM of a worker",
      "SIGKILL of the intake",
      "SIGKILL of Redis",
      "tokens die",
      "account removed",
      "the other readings",
    ];
    for (const seed of [1, 777, 4242, 20261123]) {
      const names = planOf(seed, { durationMs: 180_000, workers: 3 }).map(nameOf);

      expect(wanted.filter((name) => !names.includes(name))).toEqual([]);
    }
  });

  it("cuts one worker off from Redis for longer than a lease lives, once a minute", () => {
    const long = planOf(7, MINUTE).filter(({ kind, forMs }) => kind === "redis.wire" && forMs > 10_000);

    expect(long).toHaveLength(1);
  });
});
