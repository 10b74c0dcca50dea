/**
 * A state has one Chinese name everywhere: the console's.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { zh } from "../../console/src/words/zh.ts";
import { SHOWN_STATUSES } from "../../src/delivery/record.ts";
import { HEADINGS } from "../../src/language/chinese/headings.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const pages = [
  "README.zh-CN.md",
  ...readdirSync(`${ROOT}docs/zh`, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => `docs/zh/${path}`),
];
const NAME = SHOWN_STATUSES.join("|");
const NAMES: ReadonlyMap<string, string> = new Map(Object.entries(zh.status));

/** Where a page gives a state in both languages: in a drawing (`死信 dead`), and in the text (`dead`（死信）). */
function pairsIn(text: string): readonly (readonly [state: string, name: string])[] {
  const drawings = [...text.matchAll(/^```\n([\s\S]*?)^```$/gm)]
    .map(([, drawing = ""]) => drawing)
    .join("\n");
  const drawn = [...drawings.matchAll(new RegExp(`(\\p{Script=Han}+) (${NAME})\\b`, "gu"))];
  const said = [...text.matchAll(new RegExp(`\\b(${NAME})[\`*]*（(\\p{Script=Han}+)）`, "gu"))];
  return [
    ...drawn.map(([, name = "", state = ""]) => [state, name] as const),
    ...said.map(([, state = "", name = ""]) => [state, name] as const),
  ];
}

it("the README names every state that it draws", () => {
  const drawn = new Set(pairsIn(readFileSync(`${ROOT}README.zh-CN.md`, "utf8")).map(([state]) => state));

  expect([...drawn].toSorted()).toEqual([...SHOWN_STATUSES].toSorted());
});

describe.each(pages)("%s", (page) => {
  it("calls each state as the console does", () => {
    const pairs = pairsIn(readFileSync(`${ROOT}${page}`, "utf8"));

    expect(pairs).toEqual(pairs.map(([state]) => [state, NAMES.get(state)]));
  });
});

it("the command line heads its columns with the same names", () => {
  const headings = new Map(Object.entries(HEADINGS));
  const heads = SHOWN_STATUSES.flatMap((state) => {
    const head = headings.get(state.toUpperCase());
    return head === undefined ? [] : [[state, head]];
  });

  expect(heads.length).toBeGreaterThan(5);
  expect(heads).toEqual(heads.map(([state = ""]) => [state, NAMES.get(state)]));
});
