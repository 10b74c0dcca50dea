/**
 * Which scenario each mutant fell to the last time, so that it is tried first: `npm run mutants -- --write`.
 */
import { readFileSync, writeFileSync } from "node:fs";

const FILE = new URL("known-kills.json", import.meta.url);

type Kills = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function readKills(): Kills {
  return JSON.parse(readFileSync(FILE, "utf8")) as Kills;
}

export function writeKills(kills: Kills): void {
  writeFileSync(FILE, `${JSON.stringify(kills, null, 2)}\n`);
}
