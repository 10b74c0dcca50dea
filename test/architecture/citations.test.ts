/**
 * What a comment cites can be read: the section exists, in this repository.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { EVIDENCE_KINDS } from "../../src/delivery/ledger.ts";
import { DEAD_REASONS, SHOWN_STATUSES } from "../../src/delivery/record.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FOLDERS = ["src", "workers", "test", "bench", "packaging"];

const texts = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(ts|lua|md)$/.test(path))
    .map((path) => ({ path: `${folder}/${path}`, text: readFileSync(join(ROOT, folder, path), "utf8") })),
).filter(({ path }) => !path.endsWith("citations.test.ts"));

/** The text of each section of ARCHITECTURE.md, by its number. */
const sections = new Map(
  readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8")
    .split(/^## (?=\d+\. )/m)
    .slice(1)
    .map((text) => [/^\d+/.exec(text)?.[0] ?? "", text]),
);

describe("citations", () => {
  it("name sections of ARCHITECTURE.md that exist, and paragraphs that stand there", () => {
    const lost = texts.flatMap(({ path, text }) =>
      [...text.matchAll(/ARCHITECTURE(?:\.md)?,? sections? (\d+)(?:, "([^"]+)")?/g)]
        .filter(([, number = "", paragraph = ""]) => sections.get(number)?.includes(paragraph) !== true)
        .map(([cited]) => `${path}: ${cited}`),
    );

    expect(lost).toEqual([]);
  });

  it("name pages that exist", () => {
    const lost = texts.flatMap(({ path, text }) =>
      [...text.matchAll(/\bdocs\/[a-z0-9/-]+\.md\b/g)]
        .filter(([page]) => !existsSync(join(ROOT, page)))
        .map(([page]) => `${path}: ${page}`),
    );

    expect(lost).toEqual([]);
  });

  it("name headings of docs/platforms that exist", () => {
    const lost = texts.flatMap(({ path, text }) =>
      [...text.matchAll(/docs\/platforms\/(\w+)\.md(?:, "([^"]+)")?/g)]
        .filter(([, page = "", heading]) => !hasHeading(page, heading))
        .map(([cited]) => `${path}: ${cited}`),
    );

    expect(lost).toEqual([]);
  });

  it("lead to no document that is not in the repository", () => {
    const foreign = texts.flatMap(({ path, text }) =>
      [...text.matchAll(/\b(?:DESIGN|PLATFORMS|BULLMQ|ANCHORS)\b(?:\.md)?/g)].map(
        ([cited]) => `${path}: ${cited}`,
      ),
    );

    expect(foreign).toEqual([]);
  });
});

it("ARCHITECTURE section 4 names every folder and entry of src", () => {
  const tree = sections.get("4") ?? "";
  const missing = readdirSync(join(ROOT, "src"), { withFileTypes: true })
    .map((entry) => (entry.isDirectory() ? `src/${entry.name}/` : `src/${entry.name}`))
    .filter((path) => !tree.includes(`\`${path}\``));

  expect(missing).toEqual([]);
});

it("ARCHITECTURE names every status, reason, kind of evidence, and outcome of a send and of a check", () => {
  const outcomes = readFileSync(join(ROOT, "src/delivery/outcome.ts"), "utf8");
  const kinds = [...outcomes.matchAll(/\bkind: ("\w+"(?: \| "\w+")*)/g)].flatMap(([, some = ""]) =>
    some.split(" | ").map((kind) => JSON.parse(kind) as string),
  );
  const design = [...sections.values()].join("");

  expect(kinds.length).toBeGreaterThan(15);
  expect(
    [...SHOWN_STATUSES, ...DEAD_REASONS, ...EVIDENCE_KINDS, ...kinds].filter(
      (word) => !design.includes(`\`${word}\``),
    ),
  ).toEqual([]);
});

function hasHeading(page: string, heading: string | undefined): boolean {
  const file = join(ROOT, "docs/platforms", `${page}.md`);
  if (!existsSync(file)) return false;
  const text = readFileSync(file, "utf8");
  return heading === undefined || text.includes(`\n## ${heading}\n`) || text.includes(`\n### ${heading}\n`);
}
