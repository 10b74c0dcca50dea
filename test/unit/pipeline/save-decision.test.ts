/** What follows from a decision that was saved. */
import { expect, it } from "vitest";
import { die } from "../../../src/delivery/decision.ts";
import { saveDecision } from "../../../src/pipeline/save-decision.ts";
import { aState, NOW } from "../../support/builders.ts";
import { aDelivery, aPipeline } from "../../support/pipeline.ts";

it("this worker looks at once where the save made another delivery due: it may sleep as those do that are rung", async () => {
  const { context } = aPipeline({});
  const did: string[] = [];
  const rings = {
    ...context,
    deliveries: { ...context.deliveries, save: async () => ({ kind: "saved", rings: true }) as const },
    nudgeSends: (ms: number) => void did.push(`looks in ${ms}`),
    wakeup: { ...context.wakeup, ring: async () => void did.push("rings") },
  };
  const state = aState();
  const decision = die(state, { reason: "expired", detail: "late", entries: [], context: { now: NOW } });

  expect(await saveDecision(aDelivery(state), { decision, context: rings })).toBe("saved");

  expect(did).toEqual(["looks in 0", "rings"]);
});
