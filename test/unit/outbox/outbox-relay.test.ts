/**
 * A relay whose rows wait behind somebody else's lock says so; one that shares the work does not.
 */
import { once } from "node:events";
import { expect, it } from "vitest";
import { OutboxRelay } from "../../../src/outbox/outbox-relay.ts";
import { LANE_PARTS, type OutboxTable } from "../../../src/outbox/ports.ts";
import type { BidaEvent } from "../../../src/telemetry/events.ts";

/** Rounds against a part that others have, one row of it after the other being the first, 40 s apart. */
async function complaintAfter(firstIds: readonly string[]): Promise<[string | null, BidaEvent[]]> {
  const events: BidaEvent[] = [];
  const over = Promise.withResolvers<void>();
  const followed = Promise.withResolvers<void>();
  let [round, looks] = [-1, 0];
  const table: Partial<OutboxTable> = {
    verify: async () => undefined,
    waitingParts: async () => {
      round += 1;
      return [{ part: 3, firstId: firstIds[round] ?? "none" }];
    },
    lock: async (part) => {
      if (part === LANE_PARTS) looks += 1;
      if (looks === 2) followed.resolve();
      return false;
    },
    news: async (_ms, signal) => {
      if (round < firstIds.length - 1) return;
      over.resolve();
      await once(signal, "abort");
    },
    close: async () => undefined,
  };
  const relay = new OutboxRelay({
    outbox: { name: "oa", accounts: ["yzj"], keepMs: 0 },
    open: async () => table as OutboxTable,
    ports: {
      enqueue: async () => [],
      endings: async () => new Map(),
      emit: (event) => void events.push(event),
    },
    random: () => 0,
    everyMs: 1,
    now: () => round * 40_000,
  });
  relay.start();
  await Promise.all([over.promise, followed.promise]);
  const { complaint } = relay;
  await relay.stop();
  return [complaint, events];
}

it("reports once a part that is locked for more than a minute while its rows stay", async () => {
  const [complaint, events] = await complaintAfter(["7", "7", "7", "7"]);

  expect(complaint).toBe("rows wait in parts that another session of the database keeps locked: 3");
  expect(events).toEqual([{ event: "outbox.failed", outbox: "oa", detail: complaint }]);
});

it.each([
  ["for less than that", ["7", "7"]],
  ["while somebody relays its rows", ["7", "8", "8", "9", "10"]],
])("does not report a part that is locked %s", async (_how, firstIds) => {
  expect(await complaintAfter(firstIds)).toEqual([null, []]);
});
