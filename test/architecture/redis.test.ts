/**
 * The names of Redis' keys stand in two tables, and tests take them from there. Scripts read the clock in one
 * place.
 */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { files, filesAround } from "./source-tree.ts";

const STORAGE = new URL("../../src/storage/", import.meta.url);
/** They work on keys of no account: bulk actions, processes. */
const NOT_OF_ACCOUNTS = /^scripts\/(?:lease-action|save-action|beat)\.lua$/;

it("names of keys stand in the table of storage/keys.ts", () => {
  const table = files.find(({ path }) => path === "storage/keys.ts")?.text ?? "";
  const named = readdirSync(STORAGE, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(?:lua|ts)$/.test(path) && path !== "keys.ts" && !NOT_OF_ACCOUNTS.test(path))
    .flatMap((path) => {
      const text = readFileSync(new URL(path, STORAGE), "utf8");
      return [...text.matchAll(/\bbase(?: \.\. "|\})([a-z][a-z:]*)/g)].map(([, name = ""]) => ({
        path,
        name,
      }));
    });
  // `status:dead` is one of `status:<status>`.
  const stands = (name: string): boolean =>
    [`\`${name}\``, `\`${name}<`, `\`${name.replace(/:[a-z]*$/, ":")}<`].some((form) => table.includes(form));

  expect(named.length).toBeGreaterThan(100);
  expect(named.filter(({ name }) => !stands(name))).toEqual([]);
});

it("names of keys are made by AccountKeys and InstallationKeys alone", () => {
  const makers = files.filter(
    ({ path, text }) =>
      path.startsWith("storage/") && /\bprefix\}:/.test(text.replaceAll(/^\s*(?:\*|\/\/).*$/gm, "")),
  );

  expect(makers.map(({ path }) => path).toSorted()).toEqual([
    "storage/installation-keys.ts",
    "storage/keys.ts",
  ]);
});

it("names of keys are not written out by tests", () => {
  // The census looks at every key there is, whatever wrote it.
  const written = filesAround
    .filter(({ path }) => /^(?:test|bench)\//.test(path) && path !== "test/support/index-census.ts")
    .flatMap(({ path, text }) =>
      [
        ...text.matchAll(
          /\bbase\}(?!bull:)[a-z][\w:]*(?![^`\n]*\*)|\bprefix\}:(?:\{_|accounts|turn|alerts|intake:refused)[^`]*/g,
        ),
      ].map(([key]) => `${path}: ${key}`),
    );

  expect(written).toEqual([]);
});

it("scripts read Redis' clock through lib/clock, and hand it out through time.lua", () => {
  const readers = readdirSync(new URL("scripts/", STORAGE), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".lua"))
    .filter((path) => readFileSync(new URL(`scripts/${path}`, STORAGE), "utf8").includes('"TIME"'));

  expect(readers.toSorted()).toEqual(["lib/clock.lua", "time.lua"]);
});

it("every script is a file, which luacheck reads; only the intake has one for a Redis of its own", () => {
  const inline = files.filter(({ text }) => /\bredis\.p?call\(/.test(text)).map(({ path }) => path);

  expect(inline.toSorted()).toEqual([
    "intake/entry-reader.ts",
    // The first line of every script, and what makes one script of many items.
    "storage/connection.ts",
    "storage/script-batch.ts",
  ]);
});
