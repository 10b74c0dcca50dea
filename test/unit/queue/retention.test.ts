/**
 * Retention forgets as much as there is, in parts that Redis' other callers do not feel.
 */
import { expect, it } from "vitest";
import { Retention } from "../../../src/queue/retention.ts";
import { eventually } from "../../support/eventually.ts";

it("goes on until nothing of any status is old enough, and then waits for its next round", async () => {
  const left = new Map([
    ["confirmed", 1_050],
    ["cancelled", 0],
    ["discarded", 200],
  ]);
  const parts: number[] = [];
  const retention = new Retention({
    everyMs: 5,
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

it("tells of a round that failed, and tries again", async () => {
  let rounds = 0;
  const errors: unknown[] = [];
  const retention = new Retention({
    everyMs: 5,
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
