/**
 * What a sighting means for each operation: a person's act is contradicted, never overwritten, and what
 * nobody can see is repeated only where that undoes nothing.
 */
import { describe, expect, it } from "vitest";
import {
  createInput,
  updateInput,
  type TodoInput,
} from "../../../../../src/platforms/yunzhijia/todo/input.ts";
import {
  effectOf,
  judge,
  lost,
  refusalIn,
  refusedMemo,
} from "../../../../../src/platforms/yunzhijia/todo/judge.ts";
import type { LedgerEntry } from "../../../../../src/delivery/ledger.ts";
import type { RecipientCheck } from "../../../../../src/delivery/outcome.ts";
import { anEntry, aTodo, NOW } from "../../../../support/builders.ts";

const HOUR = 3_600_000;
const DONE = createInput.parse(aTodo({ params: [{ openId: "ann", status: { DO: 1 } }] }).payload);
const PENDING = createInput.parse(aTodo().payload);
const anUpdate = (actiontype: Record<string, unknown>) =>
  updateInput.parse({ sourcetype: "500041933", sourceitemid: "s", openids: ["ann"], actiontype });

function judged(kind: "absent" | "undone" | "done", input: TodoInput, entry: Partial<LedgerEntry> = {}) {
  return judge({ kind }, { input, entry: anEntry({ sentAt: NOW, ...entry }), now: NOW, digest: "d" });
}

describe("a create that is to be done at once", () => {
  it("was deleted by somebody if it was seen before, and is not sent again", () => {
    const seen = judged("undone", DONE, { memo: "digest" });
    expect(seen).toMatchObject({ kind: "pending", memo: "digest there" });

    const gone = judged("absent", DONE, { memo: "digest there" });

    expect(gone).toMatchObject({ kind: "contradicted", detail: "it was there, and somebody has deleted it" });
    expect(judged("absent", DONE, { memo: "digest" }).kind).toBe("absent");
  });

  it("is proven when it is done, and one that is not to be done when it is there", () => {
    expect(judged("done", DONE).kind).toBe("proven");
    expect(judged("undone", PENDING).kind).toBe("proven");
    expect(judged("done", PENDING)).toMatchObject({ kind: "proven", evidence: { note: "already done" } });
  });
});

describe("a create that was refused, perhaps after it was stored", () => {
  const memo = refusedMemo("digest", "HTTP 404");

  it("is not sent again once it is proven absent, unless a person has replayed it since", () => {
    expect(judged("absent", PENDING, { memo })).toMatchObject({ ends: expect.stringContaining("HTTP 404") });
    expect(judged("absent", PENDING, { memo, lagFrom: NOW + 1 })).toEqual({
      kind: "absent",
      recipient: "ann",
    });
  });

  it.each(["\ud800", "there", "x".repeat(1_000_000), "😀".repeat(1_000)])(
    "keeps little of a code that no platform has",
    (code) => {
      const strange = refusedMemo("digest", code);

      expect(strange.length).toBeLessThan(2_000);
      expect(refusalIn(strange)).not.toBeNull();
      expect(judged("absent", PENDING, { memo: strange }).kind).toBe("absent");
    },
  );
});

describe("a delete whose answer was lost", () => {
  const remove = anUpdate({ delete: 1 });
  const look = (kind: "absent" | "undone", at: number, before: RecipientCheck | null) => {
    const memo = before !== null && "memo" in before ? (before.memo ?? null) : null;
    const entry = anEntry({ status: "unknown", sentAt: NOW, memo });
    return judge({ kind }, { input: remove, entry, now: NOW + at, digest: "d", lagMs: 60_000 });
  };

  it("is proven by a todo that is gone for a lag, and not by one that is omitted once", () => {
    const first = look("absent", 0, null);
    const back = look("undone", 30_000, first);
    const anew = look("absent", 61_000, back);

    expect([first, back, anew].map(({ kind }) => kind)).toEqual(["pending", "absent", "pending"]);
    expect(look("absent", 121_000, anew).kind).toBe("proven");
  });
});

describe("an update", () => {
  it.each([
    [{ deal: 1 }, "absent", "pending"],
    [{ deal: 1 }, "undone", "absent"],
    [{ deal: 1 }, "done", "proven"],
    [{ delete: 1 }, "absent", "proven"],
    [{ delete: 1 }, "undone", "absent"],
    [{ delete: 1 }, "done", "absent"],
    [{}, "undone", "proven"],
    [{}, "done", "contradicted"],
    [{ deal: 0, read: 0 }, "done", "contradicted"],
    [{ read: 1 }, "done", "proven"],
    [{ read: 1 }, "undone", "repeatable"],
    [{ read: 1 }, "absent", "absent"],
    [{ read: 0 }, "undone", "unobservable"],
    [{ read: 1, deal: 0 }, "undone", "unobservable"],
    [{ read: 1, deal: 0 }, "done", "proven"],
  ] as const)("%j that shows %s is %s", (actiontype, seen, kind) => {
    expect(judged(seen, anUpdate(actiontype)).kind).toBe(kind);
  });

  it("of what is not there is contradicted once the platform keeps the action no longer", () => {
    expect(judged("absent", anUpdate({ deal: 1 }), { sentAt: NOW - HOUR }).kind).toBe("contradicted");
  });

  it("that cannot be observed ends with a reason where the todo is gone, and is not sent again", () => {
    expect(judged("absent", anUpdate({ read: 1 }))).toMatchObject({ ends: "there is no such todo" });
  });

  it.each([
    [{ read: 1 }, "repeatable"],
    [{ deal: 1 }, "repeatable"],
    [{ delete: 1 }, "repeatable"],
    [{ deal: 1, read: 1 }, "repeatable"],
    [{ deal: 1, read: 0 }, "unobservable"],
    [{ deal: 0, delete: 1 }, "unobservable"],
    [{ delete: 0 }, "unobservable"],
    [{}, "unobservable"],
  ])("%j of unknown people whose answer was lost is %s", (actiontype, kind) => {
    expect(lost("*", anUpdate(actiontype)).kind).toBe(kind);
  });

  it.each([
    [{}, "undone"],
    [{ delete: 0 }, "undone"],
    [{ read: 0 }, null],
    [{ read: 1, delete: 0 }, null],
    [{ deal: 1, delete: 1 }, "deleted"],
  ])("%j asks for %s", (actiontype, effect) => {
    expect(effectOf(anUpdate(actiontype))).toBe(effect);
  });
});
