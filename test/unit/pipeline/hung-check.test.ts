/**
 * A channel from outside may never come back from a check. Its round is given up, or what it leased would be
 * renewed, and wait, for ever.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { runCheckRound } from "../../../src/pipeline/confirm-round.ts";
import { QuarantineSlot } from "../../../src/pipeline/quarantine-slot.ts";
import { confirming } from "../../support/builders.ts";
import { aDelivery, aPipeline, aRound } from "../../support/pipeline.ts";
import type { Wire } from "../../../src/platforms/platform-http.ts";

const TIMES = { renewEveryMs: 1, silentRenewals: 3 };
const slot = new QuarantineSlot();
const check = { id: "d-1", version: 1, delivery: aDelivery(confirming("accepted")), expiredLeases: 1 };
const aLease = () => aRound([check], slot.tryTake());

const answering: Wire = {
  call: async () => ({ kind: "answered", status: 200, retryAfter: null, text: "" }),
  close: async () => undefined,
};

it("a hung check lets its leases expire, frees its slot, and is reported", async () => {
  const given: AbortSignal[] = [];
  const { context, saved, released, events } = aPipeline({
    check: async (_requests, { signal }) => {
      given.push(signal);
      return new Promise(() => undefined);
    },
  });

  await runCheckRound(aLease(), { context, signal: new AbortController().signal, times: TIMES });

  expect({ saved, released, events }).toEqual({ saved: [], released: [], events: ["lease.expired", "bug"] });
  expect(given).toMatchObject([{ aborted: true }]);
  const free = slot.tryTake();
  expect(free).not.toBeNull();
  free?.release();
});

it("a round whose suspect is answered frees its slot, although another channel has not returned", async () => {
  const silence = Promise.withResolvers<[]>();
  const { context } = aPipeline({ check: async () => [] });
  const [channel] = context.channels;
  if (channel === undefined) throw new Error("it has no channel");
  const { "note.create": spec } = channel.operations;
  if (spec === undefined) throw new Error("its channel does nothing");
  const slow = { ...channel, operations: { "slow.create": spec }, check: async () => silence.promise };
  const other = aDelivery(confirming("accepted"), { id: "d-2", operation: "slow.create" });
  const lease = aLease();
  const checks = [...lease.checks, { id: "d-2", version: 1, delivery: other, expiredLeases: 0 }];
  const isFree = new Promise<void>((resolve) => slot.whenFree(resolve));

  const round = runCheckRound(
    { ...lease, checks },
    { context: { ...context, channels: [channel, slow] }, signal: new AbortController().signal },
  );
  await isFree;
  silence.resolve([]);
  await round;
});

it("a round goes on for as long as the platform is called", async () => {
  const pipeline = aPipeline({
    wire: answering,
    check: async (_requests, { account, signal }) => {
      for (let calls = 0; calls < 3 * TIMES.silentRenewals; calls += 1) {
        const renewed = pipeline.heldFor.length;
        while (pipeline.heldFor.length === renewed) await nextTurn();
        await account.call({ method: "GET", path: "/notes" }, signal);
      }
      return [];
    },
  });

  await runCheckRound(aLease(), {
    context: pipeline.context,
    signal: new AbortController().signal,
    times: TIMES,
  });

  expect(pipeline.saved).toHaveLength(1);
});
