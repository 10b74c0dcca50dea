import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fieldErrors } from "../../../src/operations/field-errors.ts";
import { CHINESE } from "../../../src/language/chinese.ts";
import { DOCTOR } from "../../../src/language/chinese/doctor.ts";
import { acceptedLanguage, languageOfLocale } from "../../../src/language/language.ts";
import { inLanguage, say } from "../../../src/language/say.ts";

const places = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name).toSorted();
const SAMPLES: Readonly<Record<string, string>> = {
  time: "5 min",
  duration: "2h 5m",
  percent: "99.9",
  status: "queued",
  type: "string",
  given: "array",
  reference: "${env:KEY}",
  accounts: "3 accounts",
  keys: "1 API key",
  mirrors: "0 mirrors",
  methods: "GET, POST",
};
const NUMBERS = ["count", "line", "seconds", "minutes", "hours"];
const sample = (name: string): string => (NUMBERS.includes(name) ? "17" : (SAMPLES[name] ?? `<${name}>`));
const filled = (text: string): string => text.replaceAll(/\{(\w+)\}/g, (_, name: string) => sample(name));

describe("the catalogue", () => {
  it("says each sentence in Chinese, with the same places, and leaves the English as it is", () => {
    const said = Object.keys(CHINESE).map((english) => ({
      english: inLanguage(filled(english), "en"),
      chinese: inLanguage(filled(english), "zh"),
      places: new Set(places(english)),
    }));

    expect(said).toEqual(
      Object.entries(CHINESE).map(([english, chinese]) => ({
        english: filled(english),
        chinese: chinese.replaceAll(/\{(\w+)\}/g, (_, name: string) => inLanguage(sample(name), "zh")),
        places: new Set(places(chinese)),
      })),
    );
    expect(said.length).toBeGreaterThan(500);
  });

  it("fills the places of a sentence, and recognises it again", () => {
    const found = say("rows that wait: {waiting}, the oldest for {time}", {
      waiting: 3,
      time: say("{hours} h", { hours: 2 }),
    });

    expect(found).toBe("rows that wait: 3, the oldest for 2 h");
    expect(inLanguage(found, "zh")).toBe("有 3 行在等待，最早的已等 2 小时");
  });

  it("puts a number of things behind their name, so that one of them is right too", () => {
    const counted = /\{(?:many|waiting|dead|refused|backlog|lanes|count)\} (?:[a-z]+ ){0,2}[a-z]+s\b/;
    const sentences = Object.keys(DOCTOR);
    const plurals = sentences.filter(
      (text) => counted.test(text) && !sentences.includes(text.replace(/s$/, "")),
    );

    // A single process has sentences of its own.
    expect(plurals.filter((text) => !text.startsWith("{count} processes "))).toEqual([]);
  });

  it("leaves alone what is not one of its sentences, also where it begins like one", () => {
    for (const text of [
      "",
      "it is raining in Haikou",
      "expected more of it",
      "titel: {}",
      "x".repeat(100_000),
    ])
      expect(inLanguage(text, "zh")).toBe(text);
  });

  it("keeps the flag, the field and the place before a sentence, and the lines of several", () => {
    expect(
      inLanguage("--note: is missing; say why, for the audit\nbida.yaml:3: api.port: occurs twice", "zh"),
    ).toBe("--note：缺少；请写明原因，会记入审计\nbida.yaml:3：api.port：重复出现");
  });
});

describe("what schemas say", () => {
  it("is known in zod's own words", () => {
    const schema = z.strictObject({
      a: z.string().min(3).max(5),
      b: z.number().min(2).max(9),
      c: z.enum(["x", "y"]),
      d: z.array(z.string()).min(1).max(2),
      e: z.literal(7),
      f: z.url(),
      g: z.boolean(),
      h: z.int(),
    });
    const inputs: unknown[] = [
      { a: "x", b: 1, c: "q", d: [], e: 1, f: "no", g: 1, h: 1.5, z: 1 },
      { a: "xxxxxxx", b: 10, c: 4, d: ["1", "2", "3"], e: "7", f: 1, g: null, h: "1" },
      {},
      [],
    ];
    const details = inputs.flatMap((input) => {
      const parsed = schema.safeParse(input);
      return parsed.success ? [] : fieldErrors(parsed.error).map(({ detail }) => detail);
    });

    expect(details.length).toBeGreaterThan(20);
    expect(details.filter((detail) => inLanguage(detail, "zh") === detail)).toEqual([]);
  });

  it("is known where it is a sentence of ours", () => {
    const root = fileURLToPath(new URL("../../../src/", import.meta.url));
    const sentences = ["config", "operations", "platforms"].flatMap((folder) =>
      readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" })
        // Whoever writes a platform of their own reads English.
        .filter((path) => path.endsWith(".ts") && !/platform\.ts$|check-definition|field-errors/.test(path))
        .flatMap((path) => [
          ...readFileSync(`${root}${folder}/${path}`, "utf8").matchAll(/"((?:expected|is for) [^"\n]+)"/g),
        ])
        .map(([, text = ""]) => text),
    );

    expect(sentences.length).toBeGreaterThan(50);
    expect([...new Set(sentences)].filter((text) => inLanguage(filled(text), "zh") === filled(text))).toEqual(
      [],
    );
  });
});

describe("a reader's language", () => {
  it.each([
    ["zh_CN.UTF-8", "zh"],
    ["zh-Hans", "zh"],
    ["zh", "zh"],
    ["en_US.UTF-8", "en"],
    ["C.UTF-8", "en"],
    ["zhuang", "en"],
    ["", "en"],
  ])("of the locale %j is %s", (locale, language) => {
    expect(languageOfLocale(locale)).toBe(language);
  });

  it.each([
    [undefined, "en"],
    ["*", "en"],
    ["zh-CN,zh;q=0.9,en;q=0.8", "zh"],
    ["en-GB,en;q=0.9,zh;q=0.8", "en"],
    ["fr, zh;q=0.5, en;q=0.4", "zh"],
    ["zh;q=0, en;q=0.1", "en"],
    ["en;q=0.2, zh;q=0.7", "zh"],
    ["zh;q=wrong", "en"],
  ])("that accepts %j is %s", (header, language) => {
    expect(acceptedLanguage(header)).toBe(language);
  });
});

it("leaves names alone, also those that are words of the catalogue", () => {
  expect(inLanguage("bida.yaml:3: alert: there is no such field; did you mean alerts?", "zh")).toBe(
    "bida.yaml:3：alert：没有这个字段；是不是 alerts？",
  );
  expect(inLanguage("account intake", "zh")).toBe("账号 intake");
});

it("translates the names that a field may have, and true or false, with their spaces", () => {
  expect(inLanguage("expected 'wecom' | 'feishu'", "zh")).toBe("应为'wecom' | 'feishu'");
  expect(inLanguage("expected a section, got true or false", "zh")).toBe(
    "应为一节配置，实际是 true 或 false",
  );
});
