import { describe, expect, it } from "vitest";
import { die } from "../../../src/delivery/decision.ts";
import { groupNamed, groupNameOf } from "../../../src/delivery/dead-group.ts";
import { confirmStep } from "../../../src/delivery/time-to-confirm.ts";
import { anEntry, aState, NOW } from "../../support/builders.ts";

describe("the group of a dead letter", () => {
  it("is its operation, its reason and the platform's code", () => {
    const recipients = [anEntry({ status: "rejected", detail: "1.2-x: no" })];
    const { state } = die(aState({ recipients }), {
      reason: "rejected",
      detail: "refused",
      entries: [],
      context: { now: NOW },
    });

    const name = groupNameOf("todo.create", state);

    expect(name).toBe("todo.create:rejected:1.2-x");
    expect(groupNamed(name)).toEqual({ operation: "todo.create", reason: "rejected", code: "1.2-x" });
  });

  it("has no code where no platform refused, and only dead letters have a group", () => {
    const silent = anEntry({ status: "rejected", detail: null });
    const { state } = die(aState({ recipients: [silent, anEntry({ id: "bob" })] }), {
      reason: "expired",
      detail: "late",
      entries: [],
      context: { now: NOW },
    });

    expect(groupNamed(groupNameOf("a:b", state))).toEqual({
      operation: "a:b",
      reason: "expired",
      code: null,
    });
    expect(groupNameOf("todo.create", aState())).toBe("");
    expect(groupNamed("todo.create:nonsense:1")).toBeNull();
    expect(groupNamed("nonsense")).toBeNull();
  });
});

describe("the time to a proof", () => {
  it.each([
    [{}, NOW + 900, 0],
    [{}, NOW + 60_000, 5],
    [{}, NOW + 1e9, 13],
    [{ notBefore: NOW + 500_000 }, NOW + 500_400, 0],
  ])("counts from when it could be sent: %o", (given, finishedAt, step) => {
    const request = { createdAt: NOW, notBefore: null, ...given };

    expect(confirmStep(request, { generation: 1, finishedAt })).toBe(step);
  });

  it("is not that of a replay", () => {
    expect(confirmStep({ createdAt: NOW, notBefore: null }, { generation: 2, finishedAt: NOW })).toBeNull();
  });
});
