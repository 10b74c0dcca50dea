/** The console is looked at from a phone at night: what its first page loads stays small. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";

const DIST = fileURLToPath(new URL("../../console/dist/", import.meta.url));
const MOST_BYTES = 60 * 1024;
/** Fetched when they are wanted: the editor of a payload, and what draws the charts. A page's own code is smaller. */
const LATER = { "code-editor": 110, "draw-chart": 25 };
const MOST_OF_A_PAGE = 15;

it("loads at most 60 KB, compressed, before its first page", () => {
  const index = readFileSync(`${DIST}index.html`, "utf8");
  const named = [...index.matchAll(/(?:src|href)="\.\/(?!\.\.)([^"]+)"/g)].flatMap(([, path]) => path ?? []);

  const bytes = named.map((path) => gzipSync(readFileSync(DIST + path), { level: 9 }).length);

  expect(named.length).toBeGreaterThan(2);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MOST_BYTES);
});

it("loads at most 15 KB for a page, 25 for the charts, 110 for the editor, and none of it before the first page", () => {
  const index = readFileSync(`${DIST}index.html`, "utf8");
  const later = readdirSync(`${DIST}assets`).filter((name) => name.endsWith(".js") && !index.includes(name));
  const sizes = later.map((name) => ({
    name,
    kilobytes: gzipSync(readFileSync(`${DIST}assets/${name}`), { level: 9 }).length / 1024,
    most: Object.entries(LATER).find(([known]) => name.startsWith(known))?.[1] ?? MOST_OF_A_PAGE,
  }));

  expect(sizes.filter(({ most }) => most !== MOST_OF_A_PAGE)).toHaveLength(2);
  expect(sizes.filter(({ kilobytes, most }) => kilobytes > most)).toEqual([]);
});

it("inlines no script and no style, and names no other host", () => {
  const index = readFileSync(`${DIST}index.html`, "utf8");

  expect(index).not.toMatch(/<style|style="|<script[^>]*>[^<]|https?:\/\//);
  expect(readdirSync(`${DIST}assets`).some((name) => name.endsWith(".js.br"))).toBe(true);
});
