/** When an account's worker looks for what is due. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { LookTurns } from "../../../src/queue/look-turns.ts";
import { SendLoop } from "../../../src/queue/send-loop.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Watched {
  readonly loop: SendLoop<number>;
  /** How many each look asked for. */
  readonly looks: number[];
  /** Which of them said that another follows in a moment. */
  readonly awake: boolean[];
  /** One more is due, and nobody rings. */
  readonly come: () => void;
  /** Ends the call that has been at work the longest. */
  readonly answer: () => Promise<void>;
}

/** A loop over so many due items; a look that asks for some gets them. */
function aLoop({
  due,
  concurrency,
  turns,
}: {
  due: number;
  concurrency: number;
  turns?: Pick<LookTurns, "take">;
}): Watched {
  const looks: number[] = [];
  const awake: boolean[] = [];
  const atWork: (() => void)[] = [];
  let left = due;
  const loop = new SendLoop<number>({
    concurrency,
    ...(turns === undefined ? {} : { turns: turns as LookTurns }),
    look: async ({ most, staysAwake }) => {
      looks.push(most);
      awake.push(staysAwake);
      const items = Array.from({ length: Math.min(most, left) }, (_, at) => left - at);
      left -= items.length;
      return { nextDueAt: null, now: 0, more: left > 0, isLate: false, items, settle: async () => undefined };
    },
    work: () => ({ done: new Promise((resolve) => void atWork.push(resolve)), bar: () => true }),
    handBack: async () => undefined,
    renew: async () => [],
    onLate: async () => undefined,
    onMore: () => undefined,
    onRoom: () => undefined,
    onError: (error) => {
      throw error;
    },
    patienceMs: 5_000,
    renewEveryMs: 3_000,
    giveUpAfterMs: 20_000,
  });
  loop.start();
  const answer = async (): Promise<void> => {
    atWork.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
  };
  const come = (): void => {
    left += 1;
  };
  return { loop, looks, awake, come, answer };
}

async function stop(loop: SendLoop<number>): Promise<void> {
  const stopped = loop.stop(0);
  await pass(1);
  await stopped;
}

const pass = async (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

it("looks again a moment after it found something, then once a second", async () => {
  const { loop, looks } = aLoop({ due: 1, concurrency: 8 });

  await pass(10);
  expect(looks).toEqual([8, 7]);
  await pass(900);
  expect(looks).toHaveLength(2);
  await pass(200);
  expect(looks).toHaveLength(3);

  await stop(loop);
});

it("stays awake while one comes every few milliseconds, and a little longer", async () => {
  const { loop, looks, awake, come } = aLoop({ due: 1, concurrency: 50 });

  await pass(1);
  expect(awake).toEqual([false]);
  for (let more = 0; more < 20; more += 1) {
    come();
    await pass(5);
  }
  const before = looks.length;
  expect(awake.slice(2, before)).not.toContain(false);
  await pass(100);
  expect(looks.length - before).toBeLessThan(6);
  expect(awake.at(-1)).toBe(false);

  await stop(loop);
});

it("takes fifty at a time, so that the first are answered while the next are leased", async () => {
  const { loop, looks } = aLoop({ due: 120, concurrency: 200 });

  await pass(0);

  expect(looks).toEqual([50, 50, 50]);
  await stop(loop);
});

it("is not woken while it has no room, and looks as soon as it has", async () => {
  const { loop, looks, answer } = aLoop({ due: 10, concurrency: 8 });
  await pass(0);
  expect(looks).toEqual([8]);

  loop.nudge();
  loop.nudge(10);
  await answer();
  await pass(20);
  expect(looks).toEqual([8]);
  await answer();

  expect(looks.slice(0, 2)).toEqual([8, 2]);
  await stop(loop);
});

it("looks once a second without room too, for what needs none", async () => {
  const { loop, looks } = aLoop({ due: 8, concurrency: 8 });

  await pass(2_100);

  expect(looks).toEqual([8, 0, 0]);
  await stop(loop);
});

it("does not look any more where it was stopped while it waited for its turn", async () => {
  const { promise: turn, resolve: come } = Promise.withResolvers<void>();
  const { loop, looks } = aLoop({ due: 3, concurrency: 8, turns: { take: async () => turn } });
  const stopped = loop.stop(1_000);

  come();
  await pass(1);
  await stopped;

  expect(looks).toEqual([]);
});
