import { describe, expect, it } from "vitest";
import {
  candidates,
  CLOCKS_APART_MS,
  siblings,
  lostCreateOf,
  undoubtedStarts,
} from "../../../../../src/platforms/yunzhijia/schedule/lost-create-match.ts";
import { NOW } from "../../../../support/builders.ts";
import { aCheck, anInput, aRow, HOUR, START } from "./rows.ts";

const DAY = 24 * HOUR;

describe("what a lost create may have made", () => {
  const lost = lostCreateOf(aCheck(), { sentAt: NOW, isSeries: false });
  const found = (...rows: Parameters<typeof aRow>[0][]): string[] =>
    candidates(
      lost,
      rows.map((row) => aRow(row)),
    ).map(({ id }) => id);

  it("has its creator, content, start and end", () => {
    expect(found({ id: "same" })).toEqual(["same"]);
  });

  it.each([
    { openid: "bob" },
    { content: "another" },
    { content: null },
    { startDate: START + 1 },
    { endDate: START },
    { createDate: NOW - CLOCKS_APART_MS - 1 },
    { createDate: null },
  ])("is not one with %j", (change) => {
    expect(found(change)).toEqual([]);
  });

  it("may have been made by a clock that is minutes behind", () => {
    expect(found({ createDate: NOW - CLOCKS_APART_MS })).toHaveLength(1);
  });

  it("is the nearest to its send first, and a deleted one last", () => {
    const ids = found(
      { id: "deleted", workStatus: 2 },
      { id: "far", createDate: NOW + HOUR },
      { id: "near", createDate: NOW + 10 },
    );

    expect(ids).toEqual(["near", "far", "deleted"]);
  });
});

describe("what a lost repeat may have made", () => {
  const input = anInput({ repeat: 2, repeatEndDate: START + 2 * DAY + HOUR });
  const lost = lostCreateOf(aCheck({ input }), { sentAt: NOW, isSeries: true });
  const occurrence = (day: number, change = {}): ReturnType<typeof aRow> =>
    aRow({ id: `day${day}`, startDate: START + day * DAY, endDate: START + day * DAY + HOUR, ...change });

  it("is its parent, and the occurrences made with it", () => {
    const rows = [occurrence(0), occurrence(1), occurrence(2)];

    const found = siblings(lost, { parent: occurrence(0), rows });

    expect([...found.keys()].map((start) => (start - START) / DAY)).toEqual([1, 2]);
  });

  it.each([
    ["of another length", occurrence(1, { endDate: START + DAY + 2 * HOUR })],
    ["after the series' end", occurrence(3)],
    ["made an hour later", occurrence(1, { createDate: NOW + HOUR })],
    ["with other words", occurrence(1, { content: "another" })],
  ])("is no schedule %s", (_name, row) => {
    expect(siblings(lost, { parent: occurrence(0), rows: [row] }).size).toBe(0);
  });
});

describe("occurrences beyond doubt", () => {
  const starts = (repeat: number, days: number): number[] =>
    undoubtedStarts(anInput({ repeat, repeatEndDate: START + days * DAY + HOUR })).map(
      (start) => (start - START) / DAY,
    );

  it.each([
    [0, 30, [0]],
    [1, 6, [0]],
    [2, 3, [0, 1, 2, 3]],
    [3, 14, [0, 7, 14]],
    [4, 30, [0, 14, 28]],
    [5, 60, [0]],
    [2, -1, [0]],
  ])("of kind %d over %d days are on days %j", (repeat, days, expected) => {
    expect(starts(repeat, days)).toEqual(expected);
  });
});
