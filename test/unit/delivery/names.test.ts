import { describe, expect, it } from "vitest";
import { discard } from "../../../src/delivery/discard.ts";
import { messageOf, nameAndMessageOf } from "../../../src/delivery/error-words.ts";
import { familyOf } from "../../../src/delivery/record.ts";
import { deliveryId } from "../../../src/delivery/ids.ts";
import { keyHash } from "../../../src/delivery/idempotency.ts";
import { lookupName, newlyNamed, recipientNames } from "../../../src/delivery/lookup-names.ts";
import { nearestName } from "../../../src/delivery/nearest-name.ts";
import { DEFAULT_POLICY, scalePolicy } from "../../../src/delivery/policy.ts";
import { anEntry, aState, NOW } from "../../support/builders.ts";

describe("a delivery's id", () => {
  it("has 21 characters and sorts by time, whatever its random part", () => {
    const low = deliveryId(NOW + 1, new Uint8Array(9));
    const high = deliveryId(NOW, new Uint8Array(9).fill(255));

    expect(low).toMatch(/^d[-\w]{20}$/);
    expect([low, high].toSorted()).toEqual([high, low]);
  });

  it("differs each time, also within one moment and beyond one pool of random bytes", () => {
    const ids = new Set(Array.from({ length: 1_000 }, () => deliveryId(NOW)));
    expect(ids.size).toBe(1_000);
  });
});

it("the family of an operation is what stands before its dot", () => {
  expect(["todo.create", "todo"].map(familyOf)).toEqual(["todo", "todo"]);
});

it("a policy on a faster clock keeps its counts, and no time of it is zero", () => {
  const fast = scalePolicy(DEFAULT_POLICY, 1e-9);

  expect(fast).toMatchObject({ maxSends: 5, absenceProofs: 3, maxInterruptions: 3, visibilityLagMs: 1 });
  expect([...fast.checkScheduleMs, fast.backoffMs.first, fast.lastCheckLeadMs]).not.toContain(0);
  expect(scalePolicy(DEFAULT_POLICY, 0.5).deadlineMs).toBe(DEFAULT_POLICY.deadlineMs / 2);
});

describe("discarding", () => {
  const dead = aState({ status: "dead", reason: "rejected", finishedAt: NOW });

  it.each([
    ["why", [{ at: NOW + 5, event: "discarded", by: "lin", note: "why" }]],
    [null, [{ at: NOW + 5, event: "discarded", by: "lin" }]],
  ])("is written down with who did it, and why: %s", (note, entries) => {
    const decision = discard(dead, { actor: { by: "lin", note }, now: NOW + 5 });

    expect(decision?.entries).toEqual(entries);
    expect(decision?.state).toMatchObject({ status: "discarded", reason: "rejected", discardedAt: NOW + 5 });
  });

  it("is for dead letters alone", () => {
    expect(discard(aState(), { actor: { by: "lin", note: null }, now: NOW })).toBeNull();
  });
});

describe("the names that a delivery is found by", () => {
  it("are short and reveal nothing", () => {
    expect(lookupName("张三")).toMatch(/^[\w-]{12}$/);
    expect(lookupName("张三")).not.toBe(lookupName("张四"));
  });

  it("are one a person, however often that person occurs", () => {
    const [ann, bob] = [anEntry(), anEntry({ id: "bob" })];
    expect(recipientNames({ recipients: [ann, bob, ann] }).split(" ")).toEqual(
      ["ann", "bob"].map(lookupName),
    );
  });

  it("include what the platform has named since, except lists of names and long ones", () => {
    const before = aState({ receipt: { a: "1" } });
    const receipt = { a: "1", b: "2", c: "x,y", d: "z".repeat(201) };
    const after = { ...before, receipt, recipients: [anEntry({ receipt: { taskUuid: "u-1" } })] };

    expect(newlyNamed(before, after)).toBe(`2\n${lookupName("2")}\nu-1\n${lookupName("u-1")}\n`);
    expect(newlyNamed(before, { ...before })).toBe("");
    expect(newlyNamed(before, { ...before, receipt: null })).toBe("");
  });
});

it("an idempotency key is stored under a name that does not reveal it", () => {
  expect(keyHash("leave-1001")).toMatch(/^[\w-]{22}$/);
  expect(keyHash("leave-1001")).not.toBe(keyHash("leave-1002"));
});

describe("the nearest name", () => {
  const names = ["deadline", "priority", "payload"];

  it.each([
    ["DeadLine", "deadline"],
    ["deadlin", "deadline"],
    ["dedaline", "deadline"],
    ["edadline", "deadline"],
    ["prioritty", "priority"],
    ["paylaod", "payload"],
    ["pailoed", "payload"],
  ])("to %s is %s", (written, name) => {
    expect(nearestName(written, names)).toBe(name);
  });

  it("is none where none is near", () => {
    expect(nearestName("callbackUrl", names)).toBeNull();
    expect(nearestName("deadline", [])).toBeNull();
  });
});

it.each([
  [new TypeError("no"), "no", "TypeError: no"],
  ["a text", "a text", "a text"],
  [undefined, "undefined", "undefined"],
])("everything that can be thrown has a description: %s", (thrown, message, named) => {
  expect([messageOf(thrown), nameAndMessageOf(thrown)]).toEqual([message, named]);
});
