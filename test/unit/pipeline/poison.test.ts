/**
 * What kills its workers while they check it ends as poison; what follows in its lane does not overtake what was
 * sent of it.
 */
import { describe, expect, it } from "vitest";
import { DEFAULT_POLICY } from "../../../src/delivery/policy.ts";
import { runCheckRound } from "../../../src/pipeline/confirm-round.ts";
import { confirming, NOW } from "../../support/builders.ts";
import { aDelivery, aPipeline, aRound } from "../../support/pipeline.ts";

const LAG = DEFAULT_POLICY.visibilityLagMs;

describe("a delivery whose workers died again and again while they checked it", () => {
  const met = async (onDeadHead: "hold" | "skip", lane: string | null, sentAt: number) => {
    const pipeline = aPipeline({ onDeadHead });
    const delivery = aDelivery(confirming("accepted", { sentAt }), { lane });
    const checks = [{ id: "d-1", version: 1, delivery, expiredLeases: DEFAULT_POLICY.maxInterruptions + 1 }];
    await runCheckRound(aRound(checks), { context: pipeline.context, signal: new AbortController().signal });
    return pipeline;
  };

  it("is held for the rest of its lag, without checks, where its lane would go on", async () => {
    const { saved, heldFor } = await met("skip", "todo:1", NOW - LAG + 1_000);

    expect({ saved, heldFor }).toEqual({ saved: [], heldFor: [1_000] });
  });

  it.each([
    ["its lag is over", "skip", "todo:1", NOW - LAG],
    ["its lane is held by the dead", "hold", "todo:1", NOW],
    ["it has no lane", "skip", null, NOW],
  ] as const)("ends at once where %s", async (_name, onDeadHead, lane, sentAt) => {
    const { saved, heldFor } = await met(onDeadHead, lane, sentAt);

    expect(saved).toMatchObject([{ status: "dead", reason: "poison" }]);
    expect(saved[0]?.detail).toMatch(/^4 times its worker died/);
    expect(heldFor).toEqual([]);
  });
});
