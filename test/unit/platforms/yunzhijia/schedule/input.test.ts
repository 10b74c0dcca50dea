import { describe, expect, it } from "vitest";
import { yunzhijiaSchedule } from "../../../../../src/platforms/yunzhijia/schedule/channel.ts";
import type { ScheduleInput } from "../../../../../src/platforms/yunzhijia/schedule/input.ts";
import { fieldErrors } from "../../../../../src/operations/field-errors.ts";

const openid = "5a67e08d00b0e8dfe4aab4fa";
const id = "5b33262e14cada62e4e44822";
const dates = { startDate: 1530002768912, endDate: 1530687800000 };
const fields = { openid, ...dates, noticeTime: 0, topState: 0, submitExperience: true };
const actors = ["xxxxxx", "xxxxxx"];

/** The document's own examples. */
const EXAMPLES: readonly (readonly [string, ScheduleInput])[] = [
  ["create", { ...fields, content: "新增单个日程接口", actors: ["xxxxxx"] }],
  ["modify", { ...fields, id, content: "修改单个日程接口", addActors: actors, delActors: actors }],
  ["delete", { ids: ["5b33275f14cada62e4e44840"], openid }],
  ["finish", { id, openid }],
  ["unfinish", { id, openid }],
  ["repeat", { ...fields, content: "新增重复日程接口", actors, repeat: 1, repeatEndDate: 1530687800000 }],
  [
    "batchModify",
    {
      ...fields,
      id,
      content: "批量修改重复日程接口",
      actors,
      repeat: "1",
      repeatEndDate: 1533549600000,
      batchId: "5b69",
    },
  ],
  ["batchDelete", { id: "1234567890", openid, batchId: "1234567890" }],
];

function spec(operation: string): (typeof yunzhijiaSchedule.operations)[string] {
  const found = yunzhijiaSchedule.operations[`schedule.${operation}`];
  if (found === undefined) throw new Error(`no such operation: ${operation}`);
  return found;
}

function pointers(operation: string, payload: unknown): string[] {
  const parsed = spec(operation).input.safeParse(payload);
  return parsed.success ? [] : fieldErrors(parsed.error).map(({ pointer }) => pointer);
}

function example(operation: string): ScheduleInput {
  return EXAMPLES.find(([name]) => name === operation)?.[1] ?? { openid };
}

describe("a payload of schedules", () => {
  it.each(EXAMPLES)(
    "%s: the document's example is taken as it is, unknown fields with it",
    (operation, payload) => {
      const whole = { ...payload, somethingNew: { deep: true } };

      expect(spec(operation).input.parse(whole)).toEqual(whole);
    },
  );

  it("create may carry the newer noticeTimes, repeat and channel", () => {
    expect(
      pointers("create", { ...example("create"), noticeTimes: [15, 60], repeat: 0, channel: "oa" }),
    ).toEqual([]);
  });

  it.each([
    ["create", { content: undefined }, ["/content"]],
    ["create", { startDate: "1530002768912" }, ["/startDate"]],
    ["create", { startDate: dates.endDate, endDate: dates.startDate }, ["/endDate"]],
    ["create", { startDate: 1530002768, endDate: 1530687800 }, ["/endDate", "/startDate"]],
    ["create", { endDate: 1530687800 }, ["/endDate"]],
    ["create", { startDate: undefined, endDate: null }, ["/endDate", "/startDate"]],
    ["create", { noticeTime: 30 }, ["/noticeTime"]],
    ["create", { noticeTimes: ["15"] }, ["/noticeTimes/0"]],
    ["create", { repeat: 6 }, ["/repeat"]],
    ["repeat", { repeatEndDate: 1530687800 }, ["/repeatEndDate"]],
    ["repeat", { repeatEndDate: dates.startDate - 86_400_000 }, ["/repeatEndDate"]],
    ["repeat", { repeatEndDate: undefined }, ["/repeatEndDate"]],
    ["repeat", { repeatEndDate: null }, ["/repeatEndDate"]],
    ["repeat", { repeat: undefined }, ["/repeat"]],
    ["create", { topState: 2, actors: "bob" }, ["/actors", "/topState"]],
    ["repeat", { repeat: 6 }, ["/repeat"]],
    ["repeat", { repeat: "1" }, ["/repeat"]],
    ["batchModify", { repeat: "6" }, ["/repeat"]],
    ["batchModify", { repeat: 6 }, ["/repeat"]],
    ["modify", { startDate: dates.endDate, endDate: dates.startDate }, ["/endDate"]],
    ["finish", { openid: "" }, ["/openid"]],
    ["delete", { ids: [] }, ["/ids"]],
    ["delete", { ids: ["a", "a"] }, ["/ids"]],
  ])("%s with %j is wrong at %j", (operation, change, expected) => {
    const payload = { ...example(operation), ...change };

    expect(pointers(operation, payload).toSorted()).toEqual(expected);
  });

  it.each([
    ["create", { noticeTime: 30 }, /-1, 0, 15 or 60/],
    ["create", { startDate: 1530002768 }, /milliseconds.*seconds/],
    ["create", { startDate: undefined }, /is missing/],
    ["create", { endDate: undefined }, /is missing/],
    ["repeat", { repeatEndDate: undefined }, /is missing/],
    ["repeat", { repeat: 6 }, /0 to 5/],
    ["batchModify", { repeat: 6 }, /0 to 5/],
  ])("%s with %j is reported with a reason", (operation, change, words) => {
    const parsed = spec(operation).input.safeParse({ ...example(operation), ...change });

    expect(parsed.success ? [] : fieldErrors(parsed.error)).toMatchObject([
      { detail: expect.stringMatching(words) },
    ]);
  });

  it.each([-1, 0, 15, 60])("noticeTime %d is one of the four", (noticeTime) => {
    expect(pointers("create", { ...example("create"), noticeTime })).toEqual([]);
  });

  it("a series of kind 0 needs no end, and one may end at the midnight of its only day", () => {
    const { repeatEndDate: _end, ...endless } = example("repeat");

    expect(pointers("repeat", { ...endless, repeat: 0 })).toEqual([]);
    expect(pointers("repeat", { ...endless, repeat: 2, repeatEndDate: dates.startDate - 60_000 })).toEqual(
      [],
    );
  });

  it.each([
    ["create", ["noticeTime", "noticeTimes", "topState", "actors", "submitExperience", "channel", "repeat"]],
    ["modify", ["noticeTime", "topState", "addActors", "delActors", "startDate", "endDate", "of"]],
    ["batchModify", ["actors", "repeat", "repeatEndDate", "batchId", "of"]],
    ["finish", ["of"]],
    ["delete", ["of"]],
  ])("%s: null in a known optional field counts as absent, and is not sent", (operation, fields) => {
    const nulls = Object.fromEntries(fields.map((field) => [field, null]));
    const rest = Object.entries(example(operation)).filter(([field]) => !fields.includes(field));

    const parsed = spec(operation).input.parse({ ...example(operation), ...nulls, unknown: null });

    expect(parsed).toEqual({ ...Object.fromEntries(rest), unknown: null });
  });

  it.each(["modify", "batchModify"])("%s that changes nothing is refused", (operation) => {
    const named = { openid, id, batchId: "5b69" };

    expect(pointers(operation, named)).toEqual([""]);
    expect(pointers(operation, { ...named, content: null, addActors: [], delActors: [] })).toEqual([""]);
    expect(pointers(operation, { ...named, topState: 0 })).toEqual([]);
    expect(pointers(operation, { ...named, somethingNew: 1 })).toEqual([]);
  });

  it("batchModify may remove all actors", () => {
    expect(pointers("batchModify", { openid, id, actors: [] })).toEqual([]);
  });

  it.each(["modify", "finish", "unfinish", "batchModify", "batchDelete"])(
    "%s needs id or of, and not both, whatever else is wrong",
    (operation) => {
      const { id: _id, openid: _openid, ...nameless } = example(operation);

      expect(pointers(operation, nameless).toSorted()).toEqual(["/id", "/openid"]);
      expect(pointers(operation, { ...nameless, openid, id, of: "k" })).toEqual(["/of"]);
      expect(pointers(operation, { ...nameless, openid, of: "k" })).toEqual([]);
    },
  );

  it("delete needs ids or of, and not both", () => {
    expect(pointers("delete", { openid })).toEqual(["/ids"]);
    expect(pointers("delete", { openid, ids: [id], of: "k" })).toEqual(["/of"]);
    expect(pointers("delete", { openid, of: "k" })).toEqual([]);
  });
});

describe("the lane of a schedule", () => {
  it.each([
    ["create", example("create"), "k", "k"],
    ["create", example("create"), null, null],
    ["repeat", example("repeat"), "k", "k"],
    ["modify", { openid, of: "k" }, "other", "k"],
    ["finish", { openid, id }, "other", id],
    ["delete", { openid, ids: ["a", "b"] }, null, "a"],
    ["delete", { openid, of: "k" }, null, "k"],
  ] as const)("of %s %j under key %j is %j", (operation, input, key, lane) => {
    expect(spec(operation).entity(input, key)).toBe(lane);
  });
});
