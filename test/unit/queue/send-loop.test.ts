/** When an account's worker looks for what is due. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { LookTurns } from "../../../src/queue/look-turns.ts";
import { aSendLoop, ended, found, passes } from "./a-send-loop.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A loop over so many due items; a look that asks for some gets them. */
function aLoop({
  due,
  concurrency,
  turns,
}: {
  due: number;
  concurrency: number;
  turns?: Pick<LookTurns, "take">;
}) {
  let left = due;
  let given = 0;
  const { loop, seen, endFirst } = aSendLoop<number>({
    concurrency,
    turns,
    look: (most) => {
      const items = Array.from({ length: Math.min(most, left) }, () => (given += 1));
      left -= items.length;
      return found(items, { more: left > 0 });
    },
  });
  /** One more is due, and nobody rings. */
  const come = (): void => {
    left += 1;
  };
  const answer = async (): Promise<void> => {
    endFirst();
    await passes(0);
  };
  return { loop, looks: seen.asked, awake: seen.awake, come, answer };
}

it("looks again a moment after it found something, then once a second", async () => {
  const { loop, looks } = aLoop({ due: 1, concurrency: 8 });

  await passes(10);
  expect(looks).toEqual([8, 7]);
  await passes(900);
  expect(looks).toHaveLength(2);
  await passes(200);
  expect(looks).toHaveLength(3);

  await ended(loop);
});

it("stays awake while one comes every few milliseconds, and a little longer", async () => {
  const { loop, looks, awake, come } = aLoop({ due: 1, concurrency: 50 });

  await passes(1);
  expect(awake).toEqual([false]);
  for (let more = 0; more < 20; more += 1) {
    come();
    await passes(5);
  }
  const before = looks.length;
  expect(awake.slice(2, before)).not.toContain(false);
  await passes(100);
  expect(looks.length - before).toBeLessThan(6);
  expect(awake.at(-1)).toBe(false);

  await ended(loop);
});

it("takes fifty at a time, so that the first are answered while the next are leased", async () => {
  const { loop, looks } = aLoop({ due: 120, concurrency: 200 });

  await passes(0);

  expect(looks).toEqual([50, 50, 50]);
  await ended(loop);
});

it("is not woken while it has no room, and looks as soon as it has", async () => {
  const { loop, looks, answer } = aLoop({ due: 10, concurrency: 8 });
  await passes(0);
  expect(looks).toEqual([8]);

  loop.nudge();
  loop.nudge(10);
  await answer();
  await passes(20);
  expect(looks).toEqual([8]);
  await answer();

  expect(looks.slice(0, 2)).toEqual([8, 2]);
  await ended(loop);
});

it("looks once a second without room too, for what needs none", async () => {
  const { loop, looks } = aLoop({ due: 8, concurrency: 8 });

  await passes(2_100);

  expect(looks).toEqual([8, 0, 0]);
  await ended(loop);
});

it("does not look any more where it was stopped while it waited for its turn", async () => {
  const { promise: turn, resolve: come } = Promise.withResolvers<void>();
  const { loop, looks } = aLoop({ due: 3, concurrency: 8, turns: { take: async () => turn } });
  const stopped = loop.stop(1_000);

  come();
  await passes(1);
  await stopped;

  expect(looks).toEqual([]);
});
