/** How the items of a batch travel to Redis. */
import { expect, it } from "vitest";
import { DEFAULT_POLICY } from "../../../src/delivery/policy.ts";
import { enqueueBatch, type EnqueueAccount, type EnqueueContext } from "../../../src/operations/enqueue.ts";
import { allChannels } from "../../../src/platforms/registry.ts";
import { aTodo, NOW } from "../../support/builders.ts";
import type { Acceptance, NewDelivery } from "../../../src/operations/ports.ts";

/** How many are accepted in one turn of the event loop each. */
async function turnsOf(count: number): Promise<number[]> {
  const turns: number[] = [];
  let isSameTurn = false;
  const accept = async ({ request: { id } }: NewDelivery): Promise<Acceptance> => {
    if (!isSameTurn) {
      turns.push(0);
      // Called when nothing is left to do in this turn.
      process.nextTick(() => (isSameTurn = false));
    }
    isSameTurn = true;
    turns.push((turns.pop() ?? 0) + 1);
    return { kind: "created", id, rings: false };
  };
  const account: EnqueueAccount = {
    channels: allChannels(),
    records: { accept, claimed: async () => null, referenced: async () => null, payload: async () => null },
    durable: { refusal: async () => null, reached: async () => "reached" },
    wakeup: { ring: async () => undefined },
    policy: DEFAULT_POLICY,
    mostUnfinished: 0,
  };
  const context: EnqueueContext = {
    accounts: new Map([["yzj", account]]),
    callbackRefusal: () => null,
    now: () => NOW,
    onWakeupFailed: () => undefined,
  };
  const inputs = Array.from({ length: count }, () => ({ ...aTodo(), account: "yzj" }));
  const results = await enqueueBatch(inputs, context);
  expect(results.map(({ kind }) => kind)).toEqual(inputs.map(() => "created"));
  return turns;
}

it("the first of many wait for ten only, and each part is prepared while the one before is under way", async () => {
  expect(await turnsOf(120)).toEqual([10, 50, 50, 10]);
});

it("what fits into one part is one", async () => {
  expect(await turnsOf(50)).toEqual([50]);
});
