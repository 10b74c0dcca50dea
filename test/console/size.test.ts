/** The console is looked at from a phone at night: what its first page loads stays small. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";

const DIST = fileURLToPath(new URL("../../console/dist/", import.meta.url));
const MOST_BYTES = 60 * 1024;

it("loads at most 60 KB, compressed, before its first page", () => {
  const index = readFileSync(`${DIST}index.html`, "utf8");
  const named = [...index.matchAll(/(?:src|href)="\.\/(?!\.\.)([^"]+)"/g)].flatMap(([, path]) => path ?? []);

  const bytes = named.map((path) => gzipSync(readFileSync(DIST + path), { level: 9 }).length);

  expect(named.length).toBeGreaterThan(2);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MOST_BYTES);
});

it("inlines no script and no style, and names no other host", () => {
  const index = readFileSync(`${DIST}index.html`, "utf8");

  expect(index).not.toMatch(/<style|style="|<script[^>]*>[^<]|https?:\/\//);
  expect(readdirSync(`${DIST}assets`).some((name) => name.endsWith(".js.br"))).toBe(true);
});
