/**
 * Retention forgets as much as there is, in parts that Redis' other callers do not feel.
 */
import { expect, it } from "vitest";
import { Retention } from "../../../src/queue/retention.ts";
import { eventually } from "../../support/eventually.ts";

const OURS = { isOurs: async () => true, trim: async () => false };

it("goes on until nothing of any status is old enough, and then waits for its next round", async () => {
  const left = new Map([
    ["confirmed", 1_050],
    ["cancelled", 0],
    ["discarded", 200],
  ]);
  const parts: number[] = [];
  const retention = new Retention({
    everyMs: 5,
    ...OURS,
    purge: async (status, most) => {
      const old = left.get(status) ?? 0;
      left.set(status, old - Math.min(old, most));
      parts.push(Math.min(old, most));
      return Math.min(old, most);
    },
    onError: () => undefined,
  });
  retention.start();

  await eventually(
    () => [...left.values()],
    (counts) => counts.every((count) => count === 0),
  );
  await retention.stop(1_000);

  expect(Math.max(...parts)).toBeLessThanOrEqual(200);
});

it("reports a round that failed, and tries again", async () => {
  let rounds = 0;
  const errors: unknown[] = [];
  const retention = new Retention({
    everyMs: 5,
    ...OURS,
    purge: async () => {
      rounds += 1;
      if (rounds === 1) throw new Error("Redis is away");
      return 0;
    },
    onError: (error) => errors.push(error),
  });
  retention.start();

  await eventually(
    () => rounds,
    (count) => count > 1,
  );
  await retention.stop(1_000);

  expect(errors).toHaveLength(1);
});

it("trims in parts what may be trimmed, and leaves everything to another process that has the turn", async () => {
  const left = new Map([
    ["confirmed", 3],
    ["cancelled", 1],
  ]);
  let isOurs = false;
  let asked = 0;
  const retention = new Retention({
    everyMs: 1,
    isOurs: async () => {
      asked += 1;
      return isOurs;
    },
    trim: async (status) => {
      if (!isOurs) throw new Error("not ours");
      const parts = left.get(status) ?? 0;
      left.set(status, Math.max(0, parts - 1));
      return parts > 0;
    },
    purge: async () => 0,
    onError: (error) => {
      throw error;
    },
  });
  retention.start();
  await eventually(
    () => asked,
    (count) => count > 1,
  );
  expect([...left.values()]).toEqual([3, 1]);

  isOurs = true;
  await eventually(
    () => [...left.values()],
    (counts) => counts.every((count) => count === 0),
  );
  await retention.stop(1_000);
});
