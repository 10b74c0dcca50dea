import { describe, expect, it } from "vitest";
import { planLookup } from "../../../../../src/platforms/yunzhijia/schedule/lookup-plan.ts";
import { Lists } from "../../../../../src/platforms/yunzhijia/schedule/lists.ts";
import { isWanted, wantedRows } from "../../../../../src/platforms/yunzhijia/schedule/wanted-rows.ts";
import { bareAccess } from "../../../../../src/testing/bare-account.ts";
import { NOW } from "../../../../support/builders.ts";
import { aCheck, aRow, HOUR } from "./rows.ts";

const created = planLookup(aCheck());
const finished = planLookup(aCheck({ operation: "schedule.finish", input: { openid: "ann", id: "w7" } }));

describe("of what a list shows, a round keeps", () => {
  it.each([
    ["what it names", finished, aRow({ id: "w7", openid: "bob", createDate: NOW - 900 * HOUR })],
    ["what its creator made since", created, aRow()],
    ["what may be that creator's, with the id in another case", created, aRow({ openid: "ANN" })],
    ["what nobody is named for", created, aRow({ openid: null })],
    ["what is of an unknown age", created, aRow({ createDate: null })],
    ["what is dated in another time zone", created, aRow({ createDate: NOW - 14 * HOUR })],
  ])("%s", (_, plan, row) => {
    expect(isWanted(row, wantedRows([plan]))).toBe(true);
  });

  it.each([
    ["what somebody else made", created, aRow({ openid: "bob" })],
    ["what is older", created, aRow({ createDate: NOW - 48 * HOUR })],
    ["anything else where all is named", finished, aRow()],
    ["what nobody is named for, where all is named", finished, aRow({ openid: null })],
  ])("and not %s", (_, plan, row) => {
    expect(isWanted(row, wantedRows([plan]))).toBe(false);
  });
});

it("what is new is kept whoever made it: a later round knows it for somebody else's", async () => {
  const access = bareAccess(
    { platform: "yunzhijia" },
    { call: async () => Promise.reject(new Error()), close: async () => undefined },
  );
  const signal = new AbortController().signal;
  const lists = await Lists.open(access, { now: NOW, signal, wanted: wantedRows([created]) });
  const shown = { kind: "list", digest: "d" } as const;

  lists.show(aRow({ id: "new", openid: "bob", createDate: NOW }), shown);
  lists.show(aRow({ id: "old", openid: "bob", createDate: NOW - HOUR }), shown);

  expect([lists.seen("new") !== null, lists.seen("old") !== null]).toEqual([true, false]);
});
