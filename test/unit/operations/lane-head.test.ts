/**
 * A delivery that is due says what it waits for, also to a process whose clock is a little behind.
 */
import { expect, it } from "vitest";
import { waitsBehind } from "../../../src/operations/lane-head.ts";
import type { DeliveryLists } from "../../../src/operations/ports.ts";
import { aState, NOW } from "../../support/builders.ts";
import { fake } from "../../support/fake.ts";
import { aDelivery } from "../../support/pipeline.ts";

const queued = (id: string, nextAt: number) =>
  aDelivery(aState({ status: "queued", nextAt }), { id, lane: "named:later" });
const lists = fake<DeliveryLists>({
  headOf: async () => "d-head",
  read: async () => [{ delivery: queued("d-head", NOW + 3_600_000), isBeingSent: false, callback: null }],
});

it.each([
  ["was due before", -1, "waits in lane named:later behind d-head, which is queued"],
  [
    "is due by the clock of the process that took it",
    125,
    "waits in lane named:later behind d-head, which is queued",
  ],
  ["waits for its own time", 60_000, null],
])("a delivery that %s", async (_, dueInMs, detail) => {
  expect(await waitsBehind(queued("d-third", NOW + dueInMs), { lists, now: NOW })).toBe(detail);
});
