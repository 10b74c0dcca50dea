/**
 * Work that one process does for all: told of once nobody has done it for ten of its intervals, and ten minutes.
 */
import { expect, it } from "vitest";
import { mirrorFinding, retentionFinding } from "../../../src/doctor/turn-findings.ts";

const MINUTE = 60_000;
const mirror = { from: "mall", to: "yzj", everySeconds: 30 };

it.each([null, 0, 10 * MINUTE])(
  "finds nothing about ended deliveries while a worker has its turn (%s)",
  (ago) => {
    expect(retentionFinding("yzj", ago)).toBeNull();
  },
);

it("reports an account whose ended deliveries are not removed", () => {
  expect(retentionFinding("yzj", 3 * 60 * MINUTE)).toMatchObject({
    about: "account yzj",
    verdict: "warning",
    found: "for 3 h no process has trimmed or deleted ended deliveries, so they fill Redis",
  });
});

it("reports a mirror that does not run, and one that has not run yet", () => {
  expect(mirrorFinding(mirror, MINUTE)).toBeNull();
  expect(mirrorFinding({ ...mirror, everySeconds: 3_600 }, 60 * MINUTE)).toBeNull();
  expect(mirrorFinding(mirror, 11 * MINUTE)).toMatchObject({
    about: "mirror from mall to yzj",
    found: "no process has looked for new messages for 11 min",
  });
  expect(mirrorFinding(mirror, null)).toMatchObject({ found: "no process has looked for new messages yet" });
});
