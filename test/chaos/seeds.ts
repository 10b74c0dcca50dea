/**
 * `npm run chaos:seeds`: runs the fixed seeds and two new ones, three minutes each. Exits with 1 after the last
 * one if any broke a promise. Each report names its seed.
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
// As in run.ts: Node may never end by itself after a socket was cut while connecting.
process.exit();
