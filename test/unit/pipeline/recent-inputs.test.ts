import { expect, it } from "vitest";
import { RecentInputs, shareOfInputs } from "../../../src/pipeline/recent-inputs.ts";

it("an input is known once, for the generation that it was parsed for", () => {
  const inputs = new RecentInputs();
  inputs.remember("a", { generation: 1, input: "first", bytes: 10 });
  inputs.remember("b", { generation: 1, input: "first", bytes: 10 });

  expect(inputs.take("a", 1)).toEqual({ input: "first" });
  expect(inputs.take("a", 1)).toBeNull();
  expect(inputs.take("b", 2)).toBeNull();
});

it("inputs take a bounded number of bytes: the oldest are dropped first", () => {
  const inputs = new RecentInputs(100);
  for (const id of ["a", "b", "c"]) inputs.remember(id, { generation: 1, input: id, bytes: 40 });
  inputs.remember("c", { generation: 1, input: "again", bytes: 40 });

  expect([inputs.take("a", 1), inputs.take("b", 1), inputs.take("c", 1)]).toEqual([
    null,
    { input: "b" },
    { input: "again" },
  ]);
});

it("inputs of all accounts of a process together take a bounded number of bytes", () => {
  expect(shareOfInputs(1)).toBe(shareOfInputs(4));
  expect(100 * shareOfInputs(100)).toBeLessThanOrEqual(4 * shareOfInputs(1));
});
