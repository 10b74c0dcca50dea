/**
 * A platform's JSON that contradicts itself, or is nested without end: it is no proof, and nothing that reads it fails.
 */
import { describe, expect, it } from "vitest";
import { readAnswer } from "../../../src/delivery/answer-json.ts";

describe("a field that stands twice", () => {
  it.each([
    ["with the same value, has it", '{"success":true,"data":{"a":1,"a":1},"success":true}', true, { a: 1 }],
    ["with two values, is a list of them", '{"success":false,"data":{},"success":true}', [false, true], {}],
    [
      "with three values, is a list of the first two",
      '{"success":1,"success":2,"success":3}',
      [1, 2],
      undefined,
    ],
    [
      "inside a list",
      '{"data":[{"a":0,"b":"x","a":1},{"a":1}]}',
      undefined,
      [{ a: [0, 1], b: "x" }, { a: 1 }],
    ],
    ["written with an escape", String.raw`{"success":false,"succes\u0073" : true}`, [false, true], undefined],
    [
      "beside texts with quotes, brackets and escapes",
      String.raw`{"a":"{\"a\":1,\\","a":"}","data":"\\\""}`,
      undefined,
      '\\"',
    ],
    [
      "beside a number that would be rounded",
      '{"data":12345678901234567890,"a":0,"a":1}',
      undefined,
      "12345678901234567890",
    ],
  ])("%s", (_, text, success, data) => {
    expect(readAnswer(text)).toMatchObject({
      ...(success === undefined ? {} : { success }),
      ...(data === undefined ? {} : { data }),
    });
  });

  it("a hundred thousand times, costs no more than the text is long", () => {
    const text = `{${Array.from({ length: 100_000 }, (_, index) => `"a":${index}`).join(",")}}`;

    expect(readAnswer(text)).toEqual({ a: [0, 1] });
  });

  it("in two objects, stands once in each", () => {
    expect(readAnswer('[{"a":1},{"a":2,"b":{"a":3}}]')).toEqual([{ a: 1 }, { a: 2, b: { a: 3 } }]);
  });
});

const nested = (levels: number, [open, close]: readonly [string, string]): string =>
  `${open.repeat(levels)}1${close.repeat(levels)}`;

describe("an answer that is nested", () => {
  it.each([["lists", ["[", "]"]] as const, ["objects", ['{"a":', "}"]] as const])(
    "a hundred levels deep is read, one more is not understood: %s",
    (_, brackets) => {
      expect(readAnswer(nested(100, brackets))).toBeDefined();
      expect(readAnswer(nested(101, brackets))).toBeUndefined();
      expect(readAnswer(nested(200_000, brackets))).toBeUndefined();
    },
  );

  it("without end in a field that stands again is not understood", () => {
    expect(readAnswer(`{"a":${nested(200_000, ["[", "]"])},"a":1}`)).toBeUndefined();
  });
});
