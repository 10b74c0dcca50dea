/** A group of which no platform told a code is meant by itself, not with all that have one. */
import { expect, it } from "vitest";
import { NO_CODE, platformCode } from "../../../src/delivery/dead-group.ts";
import { mayBeInGroup } from "../../../src/operations/dead-letters.ts";
import { anEntry } from "../../support/builders.ts";

const group = { operation: "todo.create", reason: "rejected" } as const;

it("is chosen by the code of those without one, and by it alone", () => {
  const fit = (code: string | null, wanted: string): boolean =>
    mayBeInGroup({ ...group, code }, { reason: "rejected", code: wanted });

  expect([fit(null, NO_CODE), fit("505", NO_CODE), fit(null, "505"), fit("505", "505")]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

it("no platform's code is the name of none", () => {
  const refused = (detail: string): string | null =>
    platformCode({ recipients: [anEntry({ status: "rejected", detail })] });

  expect([refused("-: no"), refused("-1: no")]).toEqual([null, "-1"]);
});
