import { describe, expect, it } from "vitest";
import { stretchesOf } from "../../../src/operations/stats.ts";

const HOUR = 3_600_000;
const NOW = 500_000 * HOUR;

describe("a stretch of time", () => {
  it("is added up by minutes where minutes are known, and by hours where hours are asked for", () => {
    expect(stretchesOf({ fromMs: NOW - HOUR, toMs: NOW, bucketMs: 300_000 }, NOW)).toEqual({
      unit: "minute",
      first: 29_999_940,
      last: 30_000_000,
      unitsEach: 5,
    });
    expect(stretchesOf({ fromMs: NOW - 48 * HOUR, toMs: NOW, bucketMs: 6 * HOUR }, NOW)).toEqual({
      unit: "hour",
      first: 499_952,
      last: 500_000,
      unitsEach: 6,
    });
  });

  it.each([
    [{ bucketMs: 90_000 }, "bucket"],
    [{ bucketMs: 0 }, "bucket"],
    [{ toMs: NOW - 2 * HOUR }, "until"],
    [{ fromMs: NOW - 48 * HOUR }, "bucket"],
    [{ fromMs: NOW - 50 * 24 * HOUR, bucketMs: HOUR }, "since"],
    [{ fromMs: NOW - 25 * HOUR, bucketMs: 60_000 }, "bucket"],
  ])("that cannot be given is refused: %o", (change, field) => {
    const refused = stretchesOf({ fromMs: NOW - HOUR, toMs: NOW, bucketMs: 60_000, ...change }, NOW);

    expect(refused).toMatchObject({ errors: [{ pointer: `/query/${field}` }] });
  });
});
