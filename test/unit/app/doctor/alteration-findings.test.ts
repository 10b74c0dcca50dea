import { expect, it } from "vitest";
import { alterationFindings } from "../../../../src/app/doctor/alteration-findings.ts";

it("tells the kinds of alteration that at least three accepted creates have shown", () => {
  const fact = JSON.stringify({ "lost emoji": 3, "white space": 2 });

  expect(alterationFindings("yzj", fact)).toMatchObject([
    { about: "account yzj", verdict: "warning", found: expect.stringMatching(/: lost emoji$/) },
  ]);
});

it.each([null, "{}", "not JSON", JSON.stringify({ "white space": 2 })])("tells nothing of %s", (fact) => {
  expect(alterationFindings("yzj", fact)).toEqual([]);
});
