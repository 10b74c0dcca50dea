/**
 * Every promise names the tests that hold it, and they exist.
 */
import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const PAGE = readFileSync(new URL("docs/guarantees.md", ROOT), "utf8");
const FILES = globSync("test/**/*.ts", { cwd: ROOT.pathname });

const named = [...new Set([...PAGE.matchAll(/`([\w./-]+\.ts)`/g)].map(([, file = ""]) => file))];
const sections = PAGE.split(/^## /m)
  .slice(1)
  .map((text) => ({ title: text.split("\n")[0] ?? "", text }));

describe("docs/guarantees.md", () => {
  it.each(named)("names %s, which exists", (file) => {
    expect(FILES.some((known) => known === file || known.endsWith(`/${file}`))).toBe(true);
  });

  it.each(sections.filter(({ title }) => !title.startsWith("What no program")))(
    "names the tests of: $title",
    ({ text }) => expect(text).toMatch(/`[\w./-]+\.test\.ts`/),
  );
});
