import { expect, it } from "vitest";
import { keptObjective } from "../../../src/operations/kept-objective.ts";

const STEPS = [1_000, 60_000, 300_000];
const OBJECTIVE = { confirmWithinMs: 60_000, objectivePercent: 99 };

it("counts what was confirmed in a step that ends in time, against all that was confirmed or died", () => {
  const kept = keptObjective(OBJECTIVE, {
    counts: { timeToConfirm: [900, 95, 2, 1], dead: { rejected: 1, expired: 1 } },
    stepsMs: STEPS,
  });

  expect(kept).toEqual({ deliveries: 1_000, good: 995, goodPercent: 99.5, budgetLeftPercent: 50 });
});

it("a budget that is used up is negative", () => {
  const kept = keptObjective(OBJECTIVE, {
    counts: { timeToConfirm: [95, 0, 5, 0], dead: {} },
    stepsMs: STEPS,
  });

  expect(kept).toMatchObject({ goodPercent: 95, budgetLeftPercent: -400 });
});

it("says nothing where nothing has ended", () => {
  const kept = keptObjective(OBJECTIVE, {
    counts: { timeToConfirm: [0, 0, 0, 0], dead: { rejected: 0 } },
    stepsMs: STEPS,
  });

  expect(kept).toEqual({ deliveries: 0, good: 0, goodPercent: null, budgetLeftPercent: null });
});
