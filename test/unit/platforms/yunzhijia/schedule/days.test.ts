import { describe, expect, it } from "vitest";
import {
  daysOf,
  momentOfId,
  noonOf,
  shanghaiDay,
  writtenTime,
} from "../../../../../src/platforms/yunzhijia/schedule/days.ts";
import { meaningOf } from "../../../../../src/platforms/yunzhijia/schedule/lists.ts";
import { rowOf } from "../../../../../src/platforms/yunzhijia/schedule/schedule-row.ts";
import { aRow } from "./rows.ts";

const at = (text: string): number => Date.parse(`${text}+08:00`);

describe("a day", () => {
  it("begins at midnight in Shanghai", () => {
    const [before, after] = [at("2026-01-05T23:59:59"), at("2026-01-06T00:00:00")];

    expect(shanghaiDay(after) - shanghaiDay(before)).toBe(1);
    expect(shanghaiDay(at("2026-01-06T23:59:59"))).toBe(shanghaiDay(after));
  });

  it("is asked for by its noon", () => {
    expect(noonOf(shanghaiDay(at("2026-01-06T00:00:00")))).toBe(at("2026-01-06T12:00:00"));
  });

  it("and its neighbour are both asked for around midnight, the later first", () => {
    const days = daysOf(at("2026-01-05T23:58:00"), at("2026-01-06T00:02:00"));

    expect(days.map(noonOf)).toEqual([at("2026-01-06T12:00:00"), at("2026-01-05T12:00:00")]);
  });
});

describe("a time that is written out", () => {
  const moment = at("2026-11-26T09:05:07");

  it.each([
    ["2026-11-26 09:05:07", moment],
    ["2026/11/26 9:05:07", moment],
    ["2026-11-26T09:05:07+08:00", moment],
    ["2026-11-26T01:05:07.000Z", moment],
    ["2026-11-26T01:05:07.5Z", moment + 500],
    ["2026-11-25T20:05:07.000-0500", moment],
    ["2026-11-26T06:35:07+05:30", moment],
    [" 2026-11-26 09:05 ", moment - 7_000],
  ])("%j is a moment, in Shanghai where it names no zone", (text, expected) => {
    expect(writtenTime(text)).toBe(expected);
    expect(rowOf({ id: "w1", startDate: text })?.startDate).toBe(expected);
  });

  it.each(["", "soon", "2026-11-26", "2026-02-30 09:00:00", "2026-13-01 09:00:00", "2026-11-26 25:00:00"])(
    "%j is not a time",
    (text) => {
      expect(writtenTime(text)).toBeNull();
      expect(rowOf({ id: "w1", startDate: text })?.startDate).toBeNull();
    },
  );
});

describe("a time as a number", () => {
  const moment = at("2026-11-26T09:05:07");

  it.each([
    ["milliseconds", moment],
    ["milliseconds as text", String(moment)],
    ["seconds", moment / 1_000],
    ["seconds as text", String(moment / 1_000)],
    ["microseconds", moment * 1_000 + 999],
    ["microseconds as text", `${moment}000`],
    ["nanoseconds as text, like every number above 2^53", `${moment}000000`],
  ])("in %s is the same moment", (_, shown) => {
    expect(rowOf({ id: "w1", startDate: shown })?.startDate).toBe(moment);
  });

  it("of zero is zero", () => {
    expect(rowOf({ id: "w1", startDate: 0 })?.startDate).toBe(0);
  });
});

describe("the id of a schedule", () => {
  it("gives the second in which it was created, as in the document's own example", () => {
    expect(momentOfId("5b86ed2fbeb7cc35af769eb8")).toBe(1_535_569_199_000);
  });

  it.each(["1234567890", "", "5b86ed2fbeb7cc35af769eb8x"])("%j gives no time", (id) => {
    expect(momentOfId(id)).toBeNull();
  });
});

describe("what the list of a day holds", () => {
  const today = shanghaiDay(at("2026-01-05T10:00:00"));
  const created = at("2026-01-05T09:00:00");
  const tomorrow = { startDate: at("2026-01-06T10:00:00"), endDate: at("2026-01-06T11:00:00") };

  it.each([
    ["made today for tomorrow, listed today", { createDate: created, ...tomorrow }, today, "created"],
    [
      "made today for tomorrow, listed tomorrow",
      { createDate: created, ...tomorrow },
      today + 1,
      "occurring",
    ],
    ["made today for today", { createDate: created, startDate: created, endDate: created }, today, null],
    ["neither", { createDate: created, ...tomorrow }, today + 5, null],
    ["without dates", { createDate: null, id: "x", startDate: null }, today, null],
  ])("is learned from a row: %s", (_name, change, day, meaning) => {
    expect(meaningOf(aRow(change), day)).toBe(meaning);
  });
});

it("a time with a long run of spaces behind it does not hold up the process", () => {
  expect(writtenTime(`2026-11-27 10:00${" ".repeat(100_000)}x`)).toBeNull();
  expect(writtenTime(`  2026-11-27 10:00:00${" ".repeat(100_000)}`)).toBe(Date.UTC(2026, 10, 27, 2));
});
