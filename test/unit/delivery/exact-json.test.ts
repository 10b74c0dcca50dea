/**
 * Nothing that a producer wrote is changed between its text and ours, or it is refused by its place.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAnswer } from "../../../src/delivery/answer-json.ts";
import { keepSource, readAccepted, readJson, sourceOf } from "../../../src/delivery/exact-json.ts";
import { digitsOf, ExactNumber } from "../../../src/delivery/exact-number.ts";
import { canonicalJson, JsonText, writeJson } from "../../../src/delivery/write-json.ts";

const read = (text: string): unknown => {
  const reading = readJson(text);
  if (reading.kind === "malformed") throw new Error(`${reading.detail} at ${reading.at}`);
  expect(reading.faults).toEqual([]);
  return reading.value;
};
const faults = (text: string) => {
  const reading = readJson(text);
  return reading.kind === "read" ? reading.faults.map(({ pointer }) => pointer) : reading.kind;
};
const written = (value: unknown): string => {
  const writing = writeJson(value);
  return writing.kind === "written" ? writing.text : JSON.stringify(writing.faults);
};

/** Numbers that a JavaScript number would write otherwise. */
const SPELLINGS = [
  "12345678901234567890",
  "9007199254740993",
  "9007199254740992",
  "-9007199254740993",
  "100000000000000000000",
  "0.1000000000000000055511151231257827",
  "3.14159265358979323846264338327950288",
  "1.0",
  "10.50",
  "1E2",
  "1e+2",
  "-0",
  "-0.0",
  "0e5",
  "1e-7",
  "123456789012345678901234567890.5",
  "1.7976931348623157e308",
  "9".repeat(300),
];

describe("a producer's JSON", () => {
  it.each(SPELLINGS)("keeps %s as it is, in an object and in an array", (number) => {
    const text = `{"a":${number},"b":[${number},[${number}]]}`;

    expect(JSON.stringify(read(text))).toBe(text);
    expect(written(read(text))).toBe(text);
  });

  it.each(["0", "7", "-7", "1.5", "9007199254740991", "-9007199254740991", "0.1", "1.5e-7"])(
    "makes a plain number of %s",
    (number) => {
      expect(read(number)).toBe(Number(number));
    },
  );

  it("is what JSON.parse says, apart from numbers", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const reading = readJson(text);
        if (reading.kind !== "read" || reading.faults.length > 0) return;
        expect(JSON.parse(written(reading.value))).toEqual(JSON.parse(text));
        const spaced = JSON.stringify(JSON.parse(text), null, "\r\n\t ");
        expect(readJson(spaced)).toEqual(reading);
      }),
    );
  });

  it("refuses what JSON.parse refuses", () => {
    const almost = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom("", ",", '"', "}", "]", "\\", "0", "+", ".", "\u0001", "\uFEFF"),
      )
      .map(([text, at, sign]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + sign + text.slice(place + (sign === "" ? 1 : 0));
      });
    fc.assert(
      fc.property(almost, (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(readJson(text).kind).toBe(isJson ? "read" : "malformed");
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    "",
    " ",
    "{",
    "[1,]",
    '{"a":1,}',
    "{'a':1}",
    "01",
    "1.",
    ".5",
    "+1",
    "1e",
    "NaN",
    "Infinity",
    "nul",
    "0x10",
    '"\u0000"',
    '"\\x"',
    '"\\u12"',
    '"open',
    '"open\\',
    "{} {}",
    "\uFEFF{}",
    "\u00A0{}",
  ])("is not %j", (text) => {
    expect(readJson(text).kind).toBe("malformed");
  });

  it.each([
    ["infinite", '{"a":{"b":[0,1e400]}}', "/a/b/1"],
    ["next to nothing", '{"a":1e-400}', "/a"],
    ["of more digits than a double has", `{"a":${"9".repeat(400)}}`, "/a"],
    ["half a pair in a value", '{"a":"\\ud83d"}', "/a"],
    ["half a pair in a name", '{"x\\udc00":1}', "/x\uFFFD"],
    ["named twice", '{"a":1,"b":{"c":1,"c":1}}', "/b/c"],
    ["named twice with an escape", '{"a":1,"\\u0061":2}', "/a"],
    ["called __proto__", '{"a":{"__proto__":{"polluted":1}}}', "/a/__proto__"],
    ["named with signs", '{"a/b":{"~":1e999}}', "/a~1b/~0"],
  ])("has the place named of what is %s", (_what, text, pointer) => {
    expect(faults(text)).toEqual([pointer]);
  });

  it("changes no prototype, and treats `constructor` as a name like others", () => {
    readJson('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');

    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(written(read('{"constructor":{"prototype":1}}'))).toBe('{"constructor":{"prototype":1}}');
  });

  it("ends reading a text of a million levels, and goes on behind it", () => {
    const deep = `{"a":${"[".repeat(1_000_000)}"]"${"]".repeat(1_000_000)},"b":1e400}`;

    expect(faults(deep)).toEqual([`/a${"/0".repeat(63)}`, "/b"]);
    expect(readJson("[".repeat(1_000_000)).kind).toBe("malformed");
  });

  it("takes big integers as names", () => {
    expect(written(read('{"12345678901234567890":1}'))).toBe('{"12345678901234567890":1}');
  });

  it("gives back the text that a payload was read from", () => {
    const body = read('{ "payload" : {"10": 1.0, "2":\t"\\u4e2d" } }') as { payload: object };

    expect(sourceOf(body.payload)).toBe('{"10": 1.0, "2":\t"\\u4e2d" }');
    expect(sourceOf({})).toBeNull();
  });

  it("keeps that text for the copy that a schema makes, and for nothing else", () => {
    const { payload } = read('{"payload":{"a":1.0}}') as { payload: object };
    const [copy, other] = [{ ...payload }, { a: 2 }];

    keepSource(payload, copy);
    keepSource({ a: 2 }, other);
    keepSource(null, other);
    keepSource(payload, "text");

    expect([sourceOf(copy), sourceOf(other)]).toEqual(['{"a":1.0}', null]);
  });

  it("is refused as a whole when it has too many faults", () => {
    const many = (count: number): string => `[${Array.from({ length: count }, () => "1e999").join(",")}]`;

    expect(faults(many(20))).toHaveLength(20);
    expect(faults(many(20_001))).toBe("malformed");
  });

  it("is refused by its place where objects or lists are too deep", () => {
    const deep = (open: string, close: string): string => `${open.repeat(65)}1${close.repeat(65)}`;

    expect(faults(deep('{"a":', "}"))).toEqual(["/a".repeat(64)]);
    expect(faults(deep("[", "]"))).toEqual(["/0".repeat(64)]);
  });

  it("does not hide a bug as malformed JSON", () => {
    expect(() => readJson(undefined as never)).toThrow(TypeError);
  });

  it.each([null, "{", "[1]", "1.0", '"a"', "null"])(
    "that was accepted and is not an object is refused: %j",
    (text) => {
      expect(readAccepted(text)).toBeNull();
    },
  );
});

describe("an exact number", () => {
  it.each([
    ["1.0", 1],
    ["1E2", 100],
    ["-0", 0],
    ["0.10", 0.1],
    ["1e-7", 1e-7],
    ["1200e-2", 12],
    ["9007199254740993", null],
    ["9007199254740992", null],
    ["0.1000000000000000055511151231257827", null],
    ["1e20", null],
  ])("%s is the number %s", (text, number) => {
    expect(new ExactNumber(text).toNumber()).toBe(number);
  });

  it("is an id of the same digits however it was written", () => {
    expect([7, 7n, new ExactNumber("7.0"), new ExactNumber("12345678901234567890")].map(digitsOf)).toEqual([
      "7",
      "7",
      "7",
      "12345678901234567890",
    ]);
  });

  it("is a text of its digits where the runtime cannot write it raw", () => {
    const json = JSON as { rawJSON?: unknown };
    const { rawJSON } = json;
    delete json.rawJSON;
    try {
      expect(JSON.stringify(new ExactNumber("1.10"))).toBe('"1.10"');
    } finally {
      json.rawJSON = rawJSON;
    }
  });

  it("keeps its digits wherever JSON is written", () => {
    expect(JSON.stringify({ a: [new ExactNumber("1.10")] })).toBe('{"a":[1.10]}');
    expect(String(new ExactNumber("12345678901234567890"))).toBe("12345678901234567890");
  });
});

describe("values of a program", () => {
  it("write a bigint as its digits, and a Date as its time", () => {
    expect(written({ a: 12345678901234567890n, b: new Date(0), c: undefined })).toBe(
      '{"a":12345678901234567890,"b":"1970-01-01T00:00:00.000Z"}',
    );
  });

  it("write what is JSON already as it stands", () => {
    const raw = (JSON as unknown as { rawJSON: (text: string) => object }).rawJSON("1.10");

    expect(written({ raw, text: new JsonText('{"a": 1.0}') })).toBe('{"raw":1.10,"text":{"a": 1.0}}');
    expect(written(raw)).toBe("1.10");
    expect(written(new Date(0))).toBe('"1970-01-01T00:00:00.000Z"');
    expect([written(undefined), canonicalJson(undefined)]).toEqual(["null", "null"]);
  });

  it("are written by what they are, not by what they inherit", () => {
    class Names extends Array<string> {}
    class Todo {
      readonly title = "a";
    }

    expect(written({ names: Names.of("b"), todo: new Todo() })).toBe('{"names":["b"],"todo":{"title":"a"}}');
  });

  it("are refused with no more faults than a person reads", () => {
    const writing = writeJson(Array.from({ length: 30 }, () => Number.NaN));

    expect(writing.kind === "refused" ? writing.faults : []).toHaveLength(20);
  });

  const loop: Record<string, unknown> = {};
  loop["me"] = loop;
  const endless = { toJSON: (): unknown => endless };
  it.each([
    [{ a: [2 ** 53] }, "/a/0"],
    [{ a: Number.NaN }, "/a"],
    [{ a: -Infinity }, "/a"],
    [{ a: "\ud800" }, "/a"],
    [{ "\ud800": 1 }, "/\uFFFD"],
    [{ a: [undefined] }, "/a/0"],
    // oxlint-disable-next-line no-sparse-arrays -- a hole is not a value
    [{ a: [, 1] }, "/a/0"],
    [{ a: () => 1 }, "/a"],
    [{ a: Symbol("a") }, "/a"],
    [{ a: endless }, "/a"],
    [{ loop }, `/loop${"/me".repeat(63)}`],
    [JSON.parse('{"__proto__":1}'), "/__proto__"],
  ])("refuse what JSON would change (%#)", (value, pointer) => {
    const writing = writeJson(value);

    expect(writing.kind === "refused" ? writing.faults.map((fault) => fault.pointer) : []).toEqual([pointer]);
  });
});

describe("the canonical form", () => {
  it("sorts names and decodes texts, and keeps the spelling of numbers", () => {
    expect(canonicalJson(read('{"b": [1.0, {"z":0,"10":1,"9":2}], "a": "\\u4e2d\\/"}'))).toBe(
      '{"a":"中/","b":[1.0,{"10":1,"9":2,"z":0}]}',
    );
  });

  it("is not made for what cannot be written", () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow("/a: expected a number of JSON, got NaN");
  });

  it("distinguishes neighbours beyond 2^53", () => {
    const one = canonicalJson(read('{"id":12345678901234567789}'));

    expect(canonicalJson(read('{"id":12345678901234567790}'))).not.toBe(one);
  });
});

describe("a platform's JSON", () => {
  it("has ids as text where JavaScript would round them", () => {
    expect(
      readAnswer(
        '{"id":12345678901234567890,"ids":[9007199254740993,7],"small":9007199254740991,"half":0.5}',
      ),
    ).toEqual({
      id: "12345678901234567890",
      ids: ["9007199254740993", 7],
      small: 9007199254740991,
      half: 0.5,
    });
  });

  it("is undefined where it is not JSON, or nested without end", () => {
    expect(readAnswer("<html>")).toBeUndefined();
    expect(readAnswer(`${"[".repeat(200_000)}12345678901234567890${"]".repeat(200_000)}`)).toBeUndefined();
  });
});

describe("a name that is as long as a payload may be", () => {
  const name = "/".repeat(500_000);
  const within = (members: number): string =>
    `{"${name}":{${Array.from({ length: members }, () => '"a":1').join(",")}}}`;

  it("is cut where a fault is shown, once for all that stand in it", () => {
    expect(faults(within(2))).toEqual([`/${"~1".repeat(200)}…/a`]);
    expect(faults(`{"${"x".repeat(199)}😀":{"a":1,"a":2}}`)).toEqual([`/${"x".repeat(199)}\uFFFD…/a`]);
  });

  it("does not fill the memory with the places of thousands of faults", () => {
    const found = faults(within(5_000));

    expect(found).toHaveLength(4_999);
    expect(found[4_998]).toBe(`/${"~1".repeat(200)}…/a`);
  });

  it("is cut too where many long names stand in one another", () => {
    const deep = `${`{"${"x".repeat(300)}":`.repeat(20)}{"a":1,"a":2}${"}".repeat(20)}`;

    expect(faults(deep)[0]).toHaveLength(501);
  });
});
