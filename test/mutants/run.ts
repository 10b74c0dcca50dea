/**
 * `npm run mutants`: every wrong channel against the contract's scenarios, as a table. Ends with 1 if one
 * survives.
 */
import "../../src/app/require-node.ts";

const { hunt, prey } = await import("./hunt.ts");

let survivors = 0;
for (const each of prey) {
  const kill = await hunt(each);
  if (kill === null) survivors += 1;
  const fate = kill === null ? "SURVIVES" : `falls to: ${kill.scenario}`;
  process.stdout.write(`${each.family.padEnd(9)} ${each.mutant.name.padEnd(52)} ${fate}\n`);
}
process.stdout.write(`\n${prey.length} mutants, ${survivors} survive\n`);
process.exitCode = survivors === 0 ? 0 : 1;
