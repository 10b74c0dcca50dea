/** Those who look on share each look, however many they are; nobody reads while nobody looks on. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Live } from "../../../src/operations/live.ts";
import type { Caller } from "../../../src/operations/caller.ts";
import type { OperationsContext } from "../../../src/operations/context.ts";
import { fake } from "../../support/fake.ts";
import type { Actions } from "../../../src/operations/bulk-action.ts";

const EVERY_MS = 2_000;
const EYE: Caller = { name: "eye", role: "viewer", accounts: null };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Looked {
  readonly reads: () => number;
  /** Somebody looks on, until the function that this returns is called. */
  readonly watch: () => () => void;
}

function looking(answer: () => Promise<void> = async () => undefined): Looked {
  let reads = 0;
  const list = async () => {
    reads += 1;
    await answer();
    return { actions: [], next: null };
  };
  const context = fake<OperationsContext>({
    accounts: new Map(),
    actions: fake<Actions>({ list }),
    ready: async () => undefined,
    isAway: () => false,
  });
  const onError = (error: unknown): never => {
    throw error;
  };
  const live = new Live(context, { everyMs: EVERY_MS, digest: (text) => text, onError });
  const follow = async (gone: AbortSignal): Promise<void> => {
    for await (const _told of live.watch(EYE, { seen: null, gone, idleMs: EVERY_MS })) continue;
  };
  return {
    reads: () => reads,
    watch: () => {
      const gone = new AbortController();
      void follow(gone.signal);
      return () => gone.abort();
    },
  };
}

it.each([1, 100])("%i viewers cost one look every two seconds, and none once they are gone", async (many) => {
  const { reads, watch } = looking();
  const leave = Array.from({ length: many }, watch);
  await vi.advanceTimersByTimeAsync(10 * EVERY_MS + 1);
  const seen = reads();
  for (const goes of leave) goes();
  await vi.advanceTimersByTimeAsync(10 * EVERY_MS);

  expect([seen, reads()]).toEqual([11, 11]);
});

it("no second look starts while one takes long", async () => {
  let end = (): void => undefined;
  const { reads, watch } = looking(async () => new Promise((resolve) => (end = resolve)));
  watch();
  await vi.advanceTimersByTimeAsync(5 * EVERY_MS);
  const during = reads();
  end();
  await vi.advanceTimersByTimeAsync(0);

  expect([during, reads()]).toEqual([1, 2]);
});
