/**
 * Both languages of the README say the same: the same commands and examples, under as many headings.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const english = readFileSync(`${root}/README.md`, "utf8");
const chinese = readFileSync(`${root}/README.zh-CN.md`, "utf8");

/** What a reader types, without what the comment beside it says. */
const commands = (text: string): string[] =>
  [...text.matchAll(/^(?:npm|npx|redis-cli|curl) [^\n#]*/gm)].map(([line]) => line.trim());
const headings = (text: string): number => [...text.matchAll(/^## /gm)].length;

it("the READMEs have the same commands, in the same order", () => {
  expect(commands(chinese)).toEqual(commands(english));
});

it("the READMEs have as many chapters", () => {
  expect(headings(chinese)).toBe(headings(english));
});

it("both READMEs show the same configuration, and the same examples in code", () => {
  const examples = (text: string): string[] =>
    [...text.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(([, code = ""]) =>
      code.replaceAll(/\s*(# |\/\/ ).*$/gm, ""),
    );

  expect(examples(chinese)).toEqual(examples(english));
});
