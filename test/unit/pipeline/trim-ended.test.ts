/**
 * What one record that cannot be trimmed means for the others of its batch.
 */
import { expect, it } from "vitest";
import type { Trims } from "../../../src/pipeline/ports.ts";
import { trimEnded } from "../../../src/pipeline/trim-ended.ts";
import { aState, NOW } from "../../support/builders.ts";
import { aDelivery, aPipeline } from "../../support/pipeline.ts";

it("leaves the delivery that throws whole, trims the others, and goes on after them", async () => {
  const { trims, done } = aBatch(new TypeError("a bug"));
  const { context, events } = aPipeline({});

  expect(await trimEnded("confirmed", { trims, context })).toBe(true);

  expect(done).toEqual(["d-1", "d-3", "to 1 d-3"]);
  expect(events).toEqual(["bug"]);
});

it("does not go on where Redis is away", async () => {
  const { trims, done } = aBatch(new Error("Connection is closed."));

  await expect(trimEnded("confirmed", { trims, context: aPipeline({}).context })).rejects.toThrow(
    "Connection is closed.",
  );

  expect(done).not.toContain("to 1 d-3");
});

it("keeps who enqueued it, and leaves out by which request and which worker", async () => {
  const trimmed: unknown[] = [];
  const { trims } = aBatch(new Error("never"));
  const delivery = aDelivery(aState({ status: "confirmed", finishedAt: NOW }), {
    producer: "erp",
    requestId: "r-1",
  });
  const sent = { at: NOW, event: "sent", outcome: "accepted", to: 1 } as const;

  await trimEnded("confirmed", {
    trims: {
      ...trims,
      trimmable: async () => ({
        place: "1 d-1",
        items: [{ delivery, timeline: [{ ...sent, worker: "a:1", tookMs: 9 }], payload: "{}" }],
      }),
      trim: async ({ request: { producer, requestId } }, { timeline }) =>
        void trimmed.push({ producer, requestId, timeline }),
    },
    context: aPipeline({}).context,
  });

  expect(trimmed).toEqual([{ producer: "erp", requestId: null, timeline: [sent] }]);
});

function aBatch(thrown: Error) {
  const done: string[] = [];
  const state = aState({ status: "confirmed", finishedAt: NOW });
  const trims: Trims = {
    trimmable: async () => ({
      place: "1 d-3",
      items: ["d-1", "d-2", "d-3"].map((id) => ({
        delivery: aDelivery(state, { id }),
        timeline: [],
        payload: "{}",
      })),
    }),
    trim: async ({ request }) => {
      if (request.id === "d-2") throw thrown;
      done.push(request.id);
    },
    trimmedTo: async (_status, place) => void done.push(`to ${place}`),
  };
  return { trims, done };
}
