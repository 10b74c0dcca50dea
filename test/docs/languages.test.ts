/**
 * Both languages of the README say the same: the same commands, under as many headings.
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

it("every command of the Chinese README stands in the English one", () => {
  const known = commands(english);

  expect(commands(chinese).filter((line) => !known.includes(line))).toEqual([]);
});

it("the READMEs have as many chapters", () => {
  expect(headings(chinese)).toBe(headings(english));
});

it("both READMEs show the same configuration", () => {
  const yaml = (text: string): string[] =>
    [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, code = ""]) =>
      code.replaceAll(/\s*# .*$/gm, ""),
    );

  expect(yaml(chinese)).toEqual(yaml(english));
});
