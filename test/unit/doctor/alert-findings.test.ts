/** A robot that takes nothing is told by doctor: nobody else sees what it answers. */
import { expect, it } from "vitest";
import { refusingFindings } from "../../../src/doctor/alert-findings.ts";

const refusals = {
  "wecom 1": { detail: "93000: invalid webhook url", since: 1 },
  gone: { detail: "no answer", since: 1 },
};

it("names a robot that did not accept its last message, and why, unless it has left the configuration", () => {
  const findings = refusingFindings(["wecom 1", "feishu 2"], {
    known: {},
    pending: [],
    digestDay: null,
    refusals,
  });

  expect(findings).toMatchObject([
    {
      about: "alerts",
      verdict: "warning",
      found: "wecom 1 did not accept its last message: 93000: invalid webhook url",
    },
  ]);
});

it("finds nothing where no message has been sent yet", () => {
  expect(refusingFindings(["wecom 1"], null)).toEqual([]);
});
