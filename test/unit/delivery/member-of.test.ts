/** Few ids are compared one by one, many are looked up: the answer is the same. */
import { describe, expect, it } from "vitest";
import { memberOf } from "../../../src/delivery/ledger.ts";

describe("whether an id is one of these", () => {
  it.each([0, 1, 8, 9, 100])("is told of %i", (count) => {
    const ids = Array.from({ length: count }, (_none, number) => `u${number}`);

    const isOne = memberOf(ids);

    expect(ids.every(isOne)).toBe(true);
    expect([`u${count}`, "u", ""].some(isOne)).toBe(false);
  });
});
