/** What the pages decide without a browser: which rows move, what is folded, what an edit changes. */
import { describe, expect, it } from "vitest";
import { parseExact, writeExact } from "../../console/src/data/exact-json.ts";
import { changes } from "../../console/src/data/payload-changes.ts";
import { merge } from "../../console/src/data/merge-rows.ts";
import { fold, isProblem } from "../../console/src/pages/fold-timeline.ts";

describe("rows", () => {
  const rows = (...ids: string[]): { id: string }[] => ids.map((id) => ({ id }));
  const idOf = ({ id }: { id: string }): string => id;

  it("keep their places while new ones wait to be shown", () => {
    expect(merge(rows("b", "a"), rows("d", "c", "b", "a"), idOf)).toEqual({ rows: rows("b", "a"), fresh: 2 });
  });

  it("go when they are settled, and older ones follow at the end", () => {
    expect(merge(rows("c", "b"), rows("c", "a"), idOf)).toEqual({ rows: rows("c", "a"), fresh: 0 });
  });
});

describe("a timeline", () => {
  const at = "2026-11-26T00:00:00.000Z";

  it("folds equal neighbours and counts them", () => {
    const checked = { at, event: "checked", proven: 0, pending: 1 };

    const folded = fold([{ at, event: "enqueued" }, checked, { ...checked, at: "later" }, checked]);

    expect(folded.map(({ first, times }) => [first.event, times])).toEqual([
      ["enqueued", 1],
      ["checked", 3],
    ]);
  });

  it("knows what is no problem", () => {
    const sent = (outcome: string): { at: string; event: string } =>
      Object.assign({ at, event: "sent" }, { outcome });

    expect([sent("accepted"), sent("rejected"), { at, event: "dead" }].map(isProblem)).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe("an edit", () => {
  it("names each field that is other than before", () => {
    const before = { title: "a", params: [{ openId: "x" }], "a/b": 1 };

    expect(changes(before, { title: "b", params: [{ openId: "x" }, { openId: "y" }], "a/b": 1 })).toEqual([
      { pointer: "/title", before: '"a"', after: '"b"' },
      { pointer: "/params/1/openId", before: null, after: '"y"' },
    ]);
  });

  it("keeps every digit of a long number", () => {
    const text = '{"id":90071992547409931234,"small":7,"exact":1.10}';

    const read = parseExact(text);

    expect(JSON.stringify(read)).toBe(text);
    expect(changes(read, parseExact(text.replace("31234", "31235")))).toEqual([
      { pointer: "/id", before: "90071992547409931234", after: "90071992547409931235" },
    ]);
    expect(writeExact(read)).toContain("90071992547409931234");
  });
});
