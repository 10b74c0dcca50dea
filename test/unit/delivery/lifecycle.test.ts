/**
 * The table of states: every pair of them, by value.
 */
import { describe, expect, it } from "vitest";
import { MAY_FOLLOW, mayFollow, move } from "../../../src/delivery/lifecycle.ts";
import { isEnded, STATUSES, type Standing, type Status } from "../../../src/delivery/record.ts";
import { aState, anEntry, NOW } from "../../support/builders.ts";

const STANDINGS: Record<Status, Standing> = {
  queued: { status: "queued", nextAt: NOW },
  retrying: { status: "retrying", nextAt: NOW },
  confirming: { status: "confirming", nextAt: NOW },
  confirmed: { status: "confirmed", finishedAt: NOW },
  dead: { status: "dead", reason: "expired", finishedAt: NOW },
  discarded: { status: "discarded", reason: "expired", finishedAt: NOW, discardedAt: NOW },
  cancelled: { status: "cancelled", finishedAt: NOW },
};

/** Rows: from. Columns, in the order of STATUSES: to. */
const TABLE: Record<Status, string> = {
  queued: "x x x x x . x",
  retrying: ". x x x x . .",
  confirming: ". x x x x . .",
  confirmed: ". . . x . . .",
  dead: "x x x x x x .",
  discarded: "x x x . x x .",
  cancelled: ". . . . . . x",
};

describe("every state after every state", () => {
  for (const from of STATUSES) {
    for (const [column, to] of STATUSES.entries()) {
      const allowed = TABLE[from].split(" ")[column] === "x";
      it(`${from} → ${to}: ${allowed ? "yes" : "no"}`, () => {
        const before = aState({ ...STANDINGS[from] });
        const moved = (): unknown => move(before, { changed: {}, standing: STANDINGS[to] });

        expect(mayFollow(from, to)).toBe(allowed);
        if (allowed) expect(moved()).toEqual({ ...aState(), nextAt: undefined, ...STANDINGS[to] });
        else expect(moved).toThrow(`a ${from} delivery cannot become ${to}`);
      });
    }
  }
});

it("from every unfinished state there is a way to an end, and only a person leaves one", () => {
  for (const status of STATUSES) {
    if (!isEnded(status)) expect(MAY_FOLLOW[status].some(isEnded)).toBe(true);
  }
  expect(STATUSES.filter((status) => isEnded(status) && MAY_FOLLOW[status].length > 0)).toEqual([
    "dead",
    "discarded",
  ]);
});

it("a state keeps no field that only the state before it had", () => {
  const dead = aState({ status: "dead", reason: "unproven", finishedAt: NOW });

  const replayed = move(dead, { changed: {}, standing: { status: "confirming", nextAt: NOW } });

  expect(Object.keys(replayed)).not.toContain("reason");
  expect(Object.keys(replayed)).not.toContain("finishedAt");
});

it.each(["accepted", "unknown"] as const)(
  "what was %s is never again called not sent, also when everybody is proven absent",
  (knowledge) => {
    const before = aState({ status: "confirming", knowledge, sends: 1 });

    const after = move(before, {
      changed: { recipients: [anEntry({ sends: 1 })] },
      standing: { status: "retrying", nextAt: NOW },
    });

    expect(after.knowledge).toBe(knowledge);
  },
);
