/**
 * `npm run mutants`: every wrong channel against the contract's scenarios, as a table. Ends with 1 if one
 * survives. With `--write`, what each of them fell to is kept, to be tried first the next time.
 */
import "../../src/app/require-node.ts";

const { hunt, prey } = await import("./hunt.ts");
const { writeKills } = await import("./known-kills.ts");

const kills: Record<string, Record<string, string>> = {};
let survivors = 0;
for (const each of prey) {
  const kill = await hunt(each);
  if (kill === null) survivors += 1;
  else (kills[each.family] ??= {})[each.mutant.name] = kill.scenario;
  const fate = kill === null ? "SURVIVES" : `falls to: ${kill.scenario}`;
  process.stdout.write(`${each.family.padEnd(9)} ${each.mutant.name.padEnd(52)} ${fate}\n`);
}
process.stdout.write(`\n${prey.length} mutants, ${survivors} survive\n`);
if (process.argv.includes("--write")) writeKills(kills);
process.exitCode = survivors === 0 ? 0 : 1;
