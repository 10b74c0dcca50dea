import { describe, expect, it } from "vitest";
import { readAccepted } from "../../../src/delivery/exact-json.ts";
import { difference } from "../../../src/delivery/difference.ts";

describe("difference", () => {
  const rows: [string, unknown, unknown, string[]][] = [
    ["nothing", { a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, []],
    ["a value", { a: 1 }, { a: 2 }, ["/a"]],
    ["a field that is new, and one that is gone", { a: 1 }, { b: 1 }, ["/a", "/b"]],
    ["something deep", { a: [{ b: 1 }] }, { a: [{ b: 2 }, 3] }, ["/a/0/b", "/a/1"]],
    ["another kind of thing", { a: [] }, { a: {} }, ["/a"]],
    ["names with slashes and tildes", { "a/b~c": 1 }, {}, ["/a~1b~0c"]],
  ];

  it.each(rows)("names %s", (_name, before, after, expected) => {
    expect(difference(before, after)).toEqual(expected);
  });

  it("compares exact numbers by their digits", () => {
    const read = (digits: string): unknown => readAccepted(`{"id":${digits}}`);

    expect(difference(read("12345678901234567890"), read("12345678901234567890"))).toEqual([]);
    expect(difference(read("12345678901234567890"), read("12345678901234567891"))).toEqual(["/id"]);
  });

  it("names no more than a person reads", () => {
    const many = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`f${i}`, i]));

    expect(difference({}, many)).toHaveLength(51);
    expect(difference({}, many).at(-1)).toBe("and 30 more");
  });
});
