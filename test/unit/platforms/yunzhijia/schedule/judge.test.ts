import { describe, expect, it } from "vitest";
import {
  judgeChanged,
  judgeCreated,
  judgeDeleted,
  judgePart,
  type ScheduleSighting,
} from "../../../../../src/platforms/yunzhijia/schedule/judge.ts";
import type { ScheduleRow } from "../../../../../src/platforms/yunzhijia/schedule/schedule-row.ts";
import { anEntry, NOW } from "../../../../support/builders.ts";
import { readMemo, shownOf, writeMemo } from "../../../../../src/platforms/yunzhijia/schedule/memo.ts";
import { anInput, aRow, HOUR, seen, START } from "./rows.ts";

const GONE: ScheduleSighting = { id: "w0", seen: null };
const accepted = anEntry({ id: "*", status: "accepted", sends: 1, sentAt: NOW });
const unknown = anEntry({ id: "*", status: "unknown", sends: 1, sentAt: NOW });
const shown = (change: Partial<ScheduleRow> = {}): ScheduleSighting => ({ id: "w1", seen: seen(change) });

describe("after create and repeat", () => {
  it.each([
    ["listed", [shown()], "proven", undefined],
    ["deleted since", [shown({ workStatus: 2 })], "proven", "deleted since"],
    ["changed since", [shown({ content: "x" })], "proven", "listed with other values than were sent"],
    ["not listed", [GONE], "absent", undefined],
    ["a series not listed", [GONE, GONE], "absent", undefined],
    ["a series without some", [shown(), GONE], "pending", undefined],
    ["a series without its parent", [GONE, shown()], "pending", undefined],
  ])("%s is %j", (_name, sightings, kind, note) => {
    const judgement = judgeCreated(sightings, { input: anInput(), entry: anEntry() });

    expect(judgement.kind).toBe(kind);
    expect("evidence" in judgement ? judgement.evidence.note : undefined).toBe(note);
  });
});

describe("a create whose answer named a schedule", () => {
  const entry = anEntry({ status: "accepted", memo: writeMemo({ ...readMemo(null), from: NOW }) });
  const other = { content: "lunch", startDate: START + HOUR };
  const judged = (change: Partial<ScheduleRow>, of = entry) =>
    judgeCreated([shown(change)], { input: anInput(), entry: of }).kind;

  it.each([
    ["that was there before", { ...other, createDate: NOW - HOUR }],
    ["of another person", { ...other, openid: "bob" }],
    ["of another person, at the same time", { content: "lunch", openid: "bob" }],
  ])("%s and is unlike it is not proven by that", (_, change) => {
    expect(judged(change)).toBe("inconclusive");
  });

  it.each([
    ["made since, and edited", other],
    ["made a little before, by a clock that is slow", { ...other, createDate: NOW - 60_000 }],
    ["with its text, whatever the rest", { createDate: NOW - HOUR, startDate: 1, openid: "bob" }],
    ["with its creator and its start", { createDate: NOW - HOUR, content: "x" }],
    ["with its start in another zone", { createDate: NOW - HOUR, content: "x", startDate: START - 8 * HOUR }],
    ["without a text", { ...other, createDate: NOW - HOUR, content: null }],
    ["without a start", { ...other, createDate: NOW - HOUR, startDate: null }],
    ["that nobody dates", { ...other, createDate: null }],
    ["that shows nobody as its creator", { ...other, openid: null }],
  ])("%s is proven", (_, change) => {
    expect(judged(change)).toBe("proven");
  });

  it("and whose first send is not known is proven by any of its creator's", () => {
    expect(judged({ ...other, createDate: NOW - HOUR }, anEntry({ status: "accepted" }))).toBe("proven");
  });
});

it("a create that was refused is sent again only if a person has replayed it since", () => {
  const memo = writeMemo({ ...readMemo(null), refusedBy: "HTTP 404" });
  const judged = (lagFrom: number | null) =>
    judgeCreated([GONE], { input: anInput(), entry: anEntry({ sentAt: NOW, lagFrom, memo }) });

  expect(judged(null)).toMatchObject({ ends: expect.stringContaining("HTTP 404") });
  expect(judged(NOW + 1)).toEqual({ kind: "absent" });
});

describe("after modify and batchModify", () => {
  const change = { openid: "ann", id: "w1", content: "review", startDate: START };

  it.each([
    ["shows the new values", [shown()], change, unknown, "proven"],
    ["shows the old content", [shown({ content: "old" })], change, unknown, "absent"],
    ["shows the old start", [shown({ startDate: 1 })], change, accepted, "absent"],
    ["is deleted", [shown({ workStatus: 2 })], change, accepted, "contradicted"],
    ["does not exist", [GONE], change, accepted, "absent"],
    ["hides a part, its answer lost", [shown()], { ...change, topState: 1 }, unknown, "absent"],
    ["hides a part, taken with success", [shown()], { ...change, topState: 1 }, accepted, "proven"],
    [
      "has an occurrence with the old content",
      [shown(), shown({ content: "old" })],
      change,
      accepted,
      "absent",
    ],
    ["has an occurrence on another day", [shown(), shown({ startDate: 1 })], change, accepted, "proven"],
    [
      "has an occurrence that is deleted",
      [shown(), shown({ workStatus: 2, content: "old" })],
      change,
      accepted,
      "proven",
    ],
  ] as const)("a schedule that %s", (_name, sightings, input, entry, kind) => {
    expect(judgeChanged(sightings, { input, entry }).kind).toBe(kind);
  });

  describe("that a person may have changed since", () => {
    const change = { openid: "ann", id: "w1", content: "季度经营分析会", startDate: START };
    const noted = (row: Partial<ScheduleRow>, met: string[] = []): typeof unknown => ({
      ...unknown,
      memo: writeMemo({
        from: null,
        before: shownOf(aRow(row)),
        met,
        goneSince: null,
        refusedFrom: null,
        isSought: false,
        vainLooks: 0,
        refusedBy: null,
      }),
    });
    const before = { content: "季度经营会", startDate: 1 };

    it.each([
      ["as before: not arrived, although the texts are alike", before, "absent"],
      ["as sent", { content: change.content }, "proven"],
      ["as sent, but for spaces", { content: " 季度 经营分析会" }, "proven"],
      ["neither as before nor as sent", { ...before, content: "取消" }, "contradicted"],
      ["another start than before and than sent", { ...before, startDate: 5_000 }, "contradicted"],
      ["a part of the text that was sent", { content: "季度经营" }, "inconclusive"],
      ["a text like it, with other words", { content: "季度经营总结会" }, "contradicted"],
      ["a part of what was sent", { content: change.content, startDate: 1 }, "pending"],
      [
        "a start that is off by the hours of a zone",
        { content: change.content, startDate: START - 8 * HOUR },
        "inconclusive",
      ],
    ])("shows %s", (_name, row, kind) => {
      expect(judgeChanged([shown(row)], { input: change, entry: noted(before) }).kind).toBe(kind);
    });

    it.each([
      ["as it was created: not arrived, though nobody looked before", "季度经营", "absent"],
      ["as it was created, but for spaces", " 季度 经营", "absent"],
      ["another part of what was sent", "季度", "inconclusive"],
      ["as sent", change.content, "proven"],
    ])("with no look before, shows %s", (_name, content, kind) => {
      const { startDate: _, ...text } = change;
      expect(
        judgeChanged([shown({ content })], { input: text, entry: unknown, firstContent: "季度经营" }).kind,
      ).toBe(kind);
    });

    it("a move by the hours of a zone that nobody looked at before is as before until it arrives", () => {
      const input = { openid: "ann", id: "w1", startDate: START };

      expect(judgeChanged([shown({ startDate: START - 8 * HOUR })], { input, entry: unknown }).kind).toBe(
        "absent",
      );
    });

    it("what was shown as sent, and is no longer, was taken back by somebody", () => {
      expect(judgeChanged([shown(before)], { input: change, entry: noted(before, ["content"]) }).kind).toBe(
        "contradicted",
      );
    });

    it("what was not looked at before counts as the original, and another value after it as a person's", () => {
      const first = judgeChanged([shown({ content: "old" })], { input: change, entry: unknown });
      const memo = "memo" in first ? (first.memo ?? null) : null;

      expect(first.kind).toBe("absent");
      expect(
        judgeChanged([shown({ content: "old" })], { input: change, entry: { ...unknown, memo } }).kind,
      ).toBe("absent");
      expect(
        judgeChanged([shown({ content: "new" })], { input: change, entry: { ...unknown, memo } }).kind,
      ).toBe("contradicted");
    });

    it("what is hidden is sent again, unless what is shown was taken back", () => {
      const input = { ...change, topState: 1 };
      const first = judgeChanged([shown({ content: change.content })], { input, entry: noted(before) });
      const memo = "memo" in first ? (first.memo ?? null) : null;

      expect(first.kind).toBe("absent");
      expect(judgeChanged([shown(before)], { input, entry: { ...unknown, memo } }).kind).toBe("contradicted");
    });

    it("an occurrence that a person has edited is not overwritten where the change has arrived", () => {
      const sightings = [shown({ content: change.content }), shown({ content: "一个人改的" })];

      expect(
        judgeChanged(sightings, { input: change, entry: noted({ content: "old", startDate: START }) }).kind,
      ).toBe("pending");
    });
  });

  it("actors are proven by detail, which shows them", () => {
    const input = { openid: "ann", id: "w1", addActors: ["bob"], delActors: ["eve"] };
    const with_ = (...openids: string[]): ScheduleSighting =>
      shown({ participants: openids.map((openid) => ({ openid, workStatus: 0 })) });

    expect(judgeChanged([with_("ann", "bob")], { input, entry: unknown }).kind).toBe("proven");
    expect(judgeChanged([with_("ann", "bob", "eve")], { input, entry: unknown }).kind).toBe("absent");
    expect(judgeChanged([with_("ann")], { input, entry: unknown }).kind).toBe("absent");
    expect(judgeChanged([shown()], { input, entry: unknown }).kind).toBe("absent");
  });

  it("what is never shown is proven by the reply, and says so", () => {
    const judgement = judgeChanged([shown()], {
      input: { openid: "ann", id: "w1", topState: 1 },
      entry: accepted,
    });

    expect(judgement).toMatchObject({
      kind: "proven",
      evidence: { kind: "reply", note: expect.stringContaining("topState") },
    });
  });
});

describe("after finish and unfinish", () => {
  const participants = [{ openid: "bob", workStatus: 1 }];

  it.each([
    ["done, as wanted", shown({ workStatus: 1 }), 1, "ann", unknown, "proven"],
    ["not done yet", shown(), 1, "ann", accepted, "absent"],
    ["undone, as wanted", shown(), 0, "ann", unknown, "proven"],
    ["still done", shown({ workStatus: 1 }), 0, "ann", accepted, "absent"],
    ["deleted", shown({ workStatus: 2 }), 1, "ann", accepted, "contradicted"],
    ["not there", GONE, 1, "ann", accepted, "absent"],
    ["done by an actor, in detail", shown({ participants }), 1, "bob", unknown, "proven"],
    ["an actor's, in a list, taken with success", shown(), 1, "bob", accepted, "proven"],
    ["an actor's, in a list, its answer lost", shown(), 1, "bob", unknown, "unobservable"],
  ] as const)("%s", (_name, sighting, wanted, openid, entry, kind) => {
    expect(judgePart(sighting, { wanted, input: { openid, id: "w1" }, entry }).kind).toBe(kind);
  });
});

describe("an actor's part, which detail alone shows", () => {
  const part = (workStatus: number): Partial<ScheduleRow> => ({
    participants: [{ openid: "bob", workStatus }],
  });
  const after = (before: number, now: number, wanted: 0 | 1): string => {
    const memo = writeMemo({ ...readMemo(null), before: shownOf(aRow(part(before)), "bob") });
    const input = { openid: "bob", id: "w1" };
    return judgePart(shown(part(now)), { wanted, input, entry: { ...accepted, memo } }).kind;
  };

  it("that is as it was has not been changed", () => {
    expect(after(0, 0, 1)).toBe("absent");
    expect(after(1, 1, 0)).toBe("absent");
  });

  it("that was as wanted before, and is not now, is a person's doing", () => {
    expect(after(0, 1, 0)).toBe("contradicted");
    expect(after(1, 0, 1)).toBe("contradicted");
  });

  it("is noted by the first check where nobody looked before", () => {
    const entry = accepted;
    const first = judgePart(shown(part(0)), { wanted: 1, input: { openid: "bob", id: "w1" }, entry });

    expect("memo" in first ? readMemo(first.memo).before : null).toEqual(shownOf(aRow(part(0)), "bob"));
  });
});

describe("finish and unfinish that a person has taken back", () => {
  const noted = (row: Partial<ScheduleRow>): typeof unknown => ({
    ...unknown,
    memo: writeMemo({
      from: null,
      before: shownOf(aRow(row)),
      met: [],
      goneSince: null,
      refusedFrom: null,
      isSought: false,
      vainLooks: 0,
      refusedBy: null,
    }),
  });

  it.each([
    ["as before", {}, {}, 1, "absent"],
    ["finished at another time than before, and undone", {}, { doneTime: NOW }, 1, "contradicted"],
    ["undone as before, its old time still shown", { doneTime: NOW }, { doneTime: NOW }, 1, "absent"],
    ["done before, and undone now", { workStatus: 1 }, {}, 1, "contradicted"],
    [
      "done again at another time",
      { workStatus: 1, doneTime: NOW },
      { workStatus: 1, doneTime: NOW + 1_000 },
      0,
      "contradicted",
    ],
    ["still done", { workStatus: 1, doneTime: NOW }, { workStatus: 1, doneTime: NOW }, 0, "absent"],
  ] as const)("%s", (_name, before, row, wanted, kind) => {
    expect(
      judgePart(shown(row), { wanted, input: { openid: "ann", id: "w1" }, entry: noted(before) }).kind,
    ).toBe(kind);
  });
});

describe("after delete and batchDelete", () => {
  it.each([
    ["deleted", [shown({ workStatus: 2 })], "proven"],
    ["no longer listed", [GONE], "proven"],
    ["still there", [shown()], "absent"],
    ["an occurrence still there", [shown({ workStatus: 2 }), shown({ workStatus: 1 })], "absent"],
  ] as const)("%s", (_name, sightings, kind) => {
    expect(judgeDeleted(sightings, { now: NOW, entry: accepted, lagMs: 60_000 }).kind).toBe(kind);
  });

  it("a list that omits it once proves nothing where the answer was lost: it must be gone for a lag", () => {
    const look = (sighting: ScheduleSighting, at: number, memo: string | null) =>
      judgeDeleted([sighting], { now: NOW + at, entry: { ...unknown, memo }, lagMs: 60_000 });
    const memoOf = (judgement: object): string | null =>
      "memo" in judgement && typeof judgement.memo === "string" ? judgement.memo : null;

    const first = look(GONE, 0, null);
    const again = look(GONE, 30_000, memoOf(first));
    const back = look(shown(), 40_000, memoOf(again));
    const goneAnew = look(GONE, 61_000, memoOf(back));

    expect([first, again, back, goneAnew].map(({ kind }) => kind)).toEqual([
      "pending",
      "pending",
      "absent",
      "pending",
    ]);
    expect(look(GONE, 121_000, memoOf(goneAnew)).kind).toBe("proven");
    expect(look(shown({ workStatus: 2 }), 0, null).kind).toBe("proven");
  });
});
