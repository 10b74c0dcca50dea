import { describe, expect, it } from "vitest";
import { readJson } from "../../../src/delivery/exact-json.ts";
import {
  claimDigest,
  claimsPayload,
  compareClaims,
  type GivenParts,
} from "../../../src/delivery/idempotency.ts";

const asked = (change: Partial<GivenParts> = {}): string =>
  claimDigest({
    operation: "todo.create",
    payload: { a: 1, b: ["x"] },
    lane: null,
    sendAt: null,
    callbackUrl: null,
    deadline: null,
    metadata: null,
    priority: 0,
    ...change,
  });

const exactly = (text: string): unknown => {
  const reading = readJson(text);
  if (reading.kind === "malformed") throw new Error(reading.detail);
  return reading.value;
};

describe("a claim", () => {
  it.each([
    ['{"id":9007199254740993}', '{"id":9007199254740992}'],
    ['{"id":1}', '{"id":"1"}'],
    ['{"a":null}', "{}"],
  ])("distinguishes %s from %s", (one, other) => {
    const first = asked({ payload: exactly(one) });

    expect(compareClaims(first, asked({ payload: exactly(other) })).kind).toBe("conflict");
  });

  it.each([
    ['{"id":9007199254740993}', ' {"id" : 9007199254740993}'],
    ['{"a":1,"b":"张/"}', '{"b":"\\u5f20\\/","a":1}'],
  ])("treats %s and %s as the same", (one, other) => {
    const first = asked({ payload: exactly(one) });

    expect(compareClaims(first, asked({ payload: exactly(other) })).kind).toBe("existing");
  });
});

describe("a repeat with the same key", () => {
  it.each<[keyof GivenParts, unknown]>([
    ["operation", "todo.update"],
    ["payload", { a: 1, b: ["y"] }],
    ["lane", "l"],
    ["sendAt", 1],
    ["callbackUrl", "https://oa.example/cb"],
    ["deadline", 2],
  ])("and another %s is a conflict that names it", (part, value) => {
    expect(compareClaims(asked(), asked({ [part]: value }))).toEqual({
      kind: "conflict",
      pointers: [`/${part}`],
    });
  });

  it.each<[keyof GivenParts, unknown]>([
    ["metadata", { form: 1 }],
    ["priority", 2],
  ])("and another %s is the same, and says that it is ignored", (part, value) => {
    expect(compareClaims(asked(), asked({ [part]: value }))).toEqual({
      kind: "existing",
      ignored: [`/${part}`],
    });
  });

  it("finds that an edit has put another payload in the place of the first", () => {
    expect(claimsPayload(asked(), { b: ["x"], a: 1 })).toBe(true);
    expect(claimsPayload(asked(), { b: ["x"], a: 2 })).toBe(false);
  });
});
