/**
 * Reads every script with luacheck as Redis is given it: with its arguments by name and with what it
 * includes. Where luacheck is not installed (Debian: lua-check) it says so, and that is all.
 *
 *   node packaging/lint-lua.ts
 */
import { spawnSync } from "node:child_process";
import { READ_ENTRIES } from "../src/intake/entry-reader.ts";
import { evaluated, scripts } from "../src/storage/connection.ts";

/** A script need not use all that it includes and all that it is given, and may call it by the same name. */
const OPTIONS = ["--std", "lua51", "--read-globals", "redis", "cjson", "--no-max-line-length", "--codes"];
const IGNORED = ["211", "241", "311", "331", "421", "431"].flatMap((code) => ["--ignore", code]);

const texts: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(scripts).map(([command, { lua }]) => [command, lua])),
  ...evaluated,
  readEntries: READ_ENTRIES,
};

let faults = 0;
for (const [name, lua] of Object.entries(texts)) {
  const text = `local KEYS, ARGV = ...\n${lua}`;
  const { error, status, stdout } = spawnSync("luacheck", ["-", ...OPTIONS, ...IGNORED], {
    input: text,
    encoding: "utf8",
  });
  if (error !== undefined) {
    process.stdout.write("luacheck is not installed: the Lua scripts were not linted\n");
    break;
  }
  if (status === 0) continue;
  faults += 1;
  process.stdout.write(`${name}:\n${stdout}\n`);
}
process.exitCode = faults === 0 ? 0 : 1;
