import { describe, expect, it } from "vitest";
import { nextCheckAt } from "../../../src/delivery/decision.ts";
import { aContext, confirming, NOW } from "../../support/builders.ts";

/** When the first check of each of a thousand is made, sent at the published 20 a second. */
function firstChecks(asksTogether: boolean): number[] {
  return Array.from({ length: 1_000 }, (_, index) => {
    const now = NOW + index * 50;
    const jitter = ((index * 7_919) % 1_000) / 1_000;
    return nextCheckAt(confirming("accepted", { sentAt: now }), aContext({ now, jitter, asksTogether }));
  });
}

describe("a thousand deliveries that one list covers", () => {
  it("are asked about in fewer than thirty rounds", () => {
    expect(new Set(firstChecks(true)).size).toBeLessThan(30);
    expect(new Set(firstChecks(false)).size).toBeGreaterThan(500);
  });

  it("are never asked about earlier than alone, nor more than a first pause later", () => {
    const [together, alone] = [firstChecks(true), firstChecks(false)];
    const later = together.map((at, index) => at - (alone[index] ?? 0));

    expect(Math.min(...later)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...later)).toBeLessThan(2_000);
  });

  it("are asked about no later than their deadline allows", () => {
    const state = confirming("accepted", { sentAt: NOW - 120_000, lagFrom: NOW - 120_000 });
    const deadlineAt = NOW + 500;

    expect(nextCheckAt(state, aContext({ deadlineAt, asksTogether: true }))).toBe(
      nextCheckAt(state, aContext({ deadlineAt })),
    );
  });
});
