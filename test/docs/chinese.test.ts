/**
 * Each page under docs/zh says the same as the English one beside it: the same headings in the same places, the
 * same commands and configuration, the same names in code.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const DOCS = fileURLToPath(new URL("../../docs/", import.meta.url));
const pages = readdirSync(`${DOCS}zh`, { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith(".md"),
);

/** The level of each heading, and each block of code, in their order. */
function skeleton(text: string): string[] {
  const parts = text.matchAll(/^```(\w*)\n([\s\S]*?)^```$|^(#{1,4}) /gm);
  return [...parts].map(([, , code, heading]) => heading ?? withoutComments(code ?? ""));
}

/** What is said beside a command may be in either language. */
function withoutComments(code: string): string {
  return code.replaceAll(/\s+(#|\/\/ ).*$/gm, "").replaceAll(/^#.*$/gm, "");
}

/** Commands, metrics, fields and paths that stand in the text. */
function names(text: string): string[] {
  const outside = text.replaceAll(/^```[\s\S]*?^```$/gm, "");
  const found = [...outside.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name.replaceAll(/\s+/g, " "));
  // What stands for a name of one's own may be in either language.
  return [...new Set(found.map((name) => name.replaceAll(/<[^>]+>/g, "<>")))].toSorted();
}

/** What maintainers read, and what is made from the code with its English words. */
const ENGLISH_ONLY = /^(?:adr|models)\/|^(?:api-roles|events)\.md$/;

it("every page that users read has a Chinese one", () => {
  const english = readdirSync(DOCS, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".md") && !path.startsWith("zh/") && !ENGLISH_ONLY.test(path),
  );

  expect(english.filter((path) => !pages.includes(path))).toEqual([]);
});

describe.each(pages)("docs/zh/%s", (page) => {
  const chinese = readFileSync(`${DOCS}zh/${page}`, "utf8");
  const english = readFileSync(`${DOCS}${page}`, "utf8");

  it("has the headings, commands and examples of the English page, in the same order", () => {
    expect(skeleton(chinese)).toEqual(skeleton(english));
  });

  it("names the same things", () => {
    expect(names(chinese)).toEqual(names(english));
  });

  it("links to pages that exist", () => {
    const folder = new URL(`../../docs/zh/${page}`, import.meta.url);
    const links = [...chinese.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link = ""]) => link);

    expect(links.filter((link) => !existsSync(new URL(link, folder)))).toEqual([]);
  });
});
