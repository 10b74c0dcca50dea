/**
 * `npm run chaos:seeds`: the fixed seeds, three minutes each, and two new ones. Ends with 1 after the last of
 * them if any broke a promise; the seed of each stands in its report.
 */
import "../../src/app/require-node.ts";

const { randomInt } = await import("node:crypto");
const { runChaos } = await import("./chaos.ts");

const FIXED = [20261123, 777, 4242];
const NEW = [randomInt(1_000_000), randomInt(1_000_000)];
const OUT_OF_ORDER = [2, 130];

for (const seed of [...FIXED, ...NEW]) {
  const status = await runChaos(["--seed", String(seed), "--minutes", "3"]);
  if (status !== 0) process.exitCode = status;
  if (OUT_OF_ORDER.includes(status)) break;
}
