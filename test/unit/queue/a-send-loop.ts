/**
 * A send loop on a clock of the test's own, and all that it did. Its sends last until a test ends them.
 */
import { vi } from "vitest";
import type { LookTurns } from "../../../src/queue/look-turns.ts";
import { SendLoop, type Look } from "../../../src/queue/send-loop.ts";

export const PATIENCE_MS = 5_000;
export const RENEW_EVERY_MS = 3_000;
export const GIVE_UP_AFTER_MS = 20_000;

export function found<Item>(items: readonly Item[], { more = false } = {}): Look<Item> {
  return { now: 0, nextDueAt: null, more, isLate: false, items, settle: async () => undefined };
}

interface Looking<Item> {
  readonly concurrency: number;
  readonly turns?: Pick<LookTurns, "take"> | undefined;
  /** @param most for how many it has room */
  readonly look: (most: number) => Look<Item> | Promise<Look<Item>>;
}

export function aSendLoop<Item>({ concurrency, turns, look }: Looking<Item>) {
  const seen = {
    /** How many each look asked for. */
    asked: [] as number[],
    /** Which of them said that another follows in a moment. */
    awake: [] as boolean[],
    begun: [] as Item[],
    barred: [] as Item[],
    handedBack: [] as Item[],
    renewed: [] as (readonly Item[])[],
    rings: 0,
    hasRoom: [] as boolean[],
  };
  const lost = new Set<Item>();
  const atWork = new Map<Item, () => void>();
  const loop = new SendLoop<Item>({
    concurrency,
    ...(turns === undefined ? {} : { turns: turns as LookTurns }),
    look: async ({ most, staysAwake }) => {
      seen.asked.push(most);
      seen.awake.push(staysAwake);
      return look(most);
    },
    work: (item) => {
      seen.begun.push(item);
      const { promise: done, resolve } = Promise.withResolvers<void>();
      atWork.set(item, resolve);
      return {
        done,
        bar: () => {
          seen.barred.push(item);
          return true;
        },
      };
    },
    handBack: async (item) => void seen.handedBack.push(item),
    renew: async (items) => {
      seen.renewed.push(items);
      return items.filter((item) => lost.has(item));
    },
    onLate: async () => undefined,
    onMore: () => {
      seen.rings += 1;
    },
    onRoom: (hasRoom) => void seen.hasRoom.push(hasRoom),
    onError: (error) => {
      throw error;
    },
    patienceMs: PATIENCE_MS,
    renewEveryMs: RENEW_EVERY_MS,
    giveUpAfterMs: GIVE_UP_AFTER_MS,
  });
  loop.start();
  const end = (item: Item): void => {
    atWork.get(item)?.();
    atWork.delete(item);
  };
  /** Ends the send that has been at work the longest. */
  const endFirst = (): void => {
    for (const first of [...atWork.keys()].slice(0, 1)) end(first);
  };
  return { loop, seen, lost, end, endFirst };
}

export async function passes(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

/** Waits for nothing that is under way. */
export async function ended(loop: { stop(withinMs: number): Promise<unknown> }): Promise<void> {
  const stopped = loop.stop(0);
  await passes(1);
  await stopped;
}
