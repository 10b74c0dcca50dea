import { describe, expect, it } from "vitest";
import { isoMoment } from "../../../src/operations/moment.ts";

describe("a moment", () => {
  it.each([
    [0, "1970-01-01T00:00:00.000Z"],
    [1e300, "+275760-09-13T00:00:00.000Z"],
    [-Infinity, "-271821-04-20T00:00:00.000Z"],
    [Number.NaN, "1970-01-01T00:00:00.000Z"],
  ])("of %s is written and never throws", (ms, text) => {
    expect(isoMoment(ms)).toBe(text);
  });

  it("that does not exist is written as none", () => {
    expect(isoMoment(null)).toBeNull();
  });
});
