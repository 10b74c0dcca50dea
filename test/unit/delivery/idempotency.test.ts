import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src/delivery/canonical-json.ts";
import { claimDigest, claimsPayload, compareClaims, type Asked } from "../../../src/delivery/idempotency.ts";

const asked = (change: Partial<Asked> = {}): string =>
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

/** As the exact parser reads numbers that JavaScript would round. */
function exactly(text: string): unknown {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
  return JSON.parse(text, (_name, value: unknown, context?: { source?: string }) =>
    typeof value === "number" ? rawJSON(context?.source ?? String(value)) : value,
  );
}

describe("the canonical form of a request", () => {
  it.each([
    ['{"b":1,"a":[{"d":1,"c":2}]}', '{"a":[{"c":2,"d":1}],"b":1}'],
    ['{"a":"\\u5f20\\/"}', '{"a":"张/"}'],
    ['{"2":1,"10":2,"__proto__":3}', '{"10":2,"2":1,"__proto__":3}'],
    ["[9007199254740993,1.0,1e2,-0]", "[9007199254740993,1.0,1e2,-0]"],
    ['{"a":null,"b":false,"c":""}', '{"a":null,"b":false,"c":""}'],
  ])("of %s is %s", (text, canonical) => {
    expect(canonicalJson(exactly(text))).toBe(canonical);
  });

  it("is what would be sent of a value that is no JSON yet", () => {
    expect(canonicalJson({ b: 2n ** 60n, a: undefined, at: new Date(0) })).toBe(
      '{"at":"1970-01-01T00:00:00.000Z","b":1152921504606846976}',
    );
  });

  it("tells integers apart that are one number to JavaScript", () => {
    const one = asked({ payload: exactly('{"id":9007199254740993}') });

    expect(compareClaims(one, asked({ payload: exactly('{"id":9007199254740992}') })).kind).toBe("conflict");
    expect(compareClaims(one, asked({ payload: exactly(' {"id" : 9007199254740993}') })).kind).toBe(
      "existing",
    );
  });
});

describe("a repeat with the same key", () => {
  it.each<[keyof Asked, unknown]>([
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

  it.each<[keyof Asked, unknown]>([
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
