/**
 * Every wrong channel turns the contract's scenarios red. `npm run mutants` prints which one caught it.
 */
import { describe, expect, it } from "vitest";
import { hunt, prey } from "./hunt.ts";

/** A wrong channel may have to live through every scenario but the last. */
const LONGEST_MS = 180_000;

describe("a wrong channel is caught", () => {
  it("there are enough wrong channels, nineteen for todos alone", () => {
    const count = (family: string): number => prey.filter((one) => one.family === family).length;

    expect(prey.length).toBeGreaterThanOrEqual(40);
    expect(count("todo")).toBeGreaterThanOrEqual(19);
  });

  it.each(prey.map((one) => ({ family: one.family, belief: one.mutant.name, one })))(
    "$family: $belief",
    async ({ one }) => {
      expect(await hunt(one)).not.toBeNull();
    },
    LONGEST_MS,
  );
});
