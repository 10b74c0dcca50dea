import { expect, it } from "vitest";
import { alterationFindings } from "../../../src/doctor/alteration-findings.ts";
import type { Finding } from "../../../src/doctor/finding.ts";
import { yunzhijia } from "../../../src/platforms/yunzhijia/platform.ts";

function findingsIn(fact: string | null): Finding[] {
  return alterationFindings("yzj", yunzhijia.alterations?.kindsIn(fact) ?? []);
}

it("names the kinds of alteration that at least three accepted creates have shown", () => {
  const fact = JSON.stringify({ "lost emoji": 3, "white space": 2 });

  expect(findingsIn(fact)).toMatchObject([
    { about: "account yzj", verdict: "warning", found: expect.stringMatching(/: lost emoji$/) },
  ]);
});

it.each([null, "{}", "not JSON", JSON.stringify({ "white space": 2 })])("finds nothing about %s", (fact) => {
  expect(findingsIn(fact)).toEqual([]);
});
