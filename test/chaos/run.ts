/**
 * `npm run chaos`: the promises of ARCHITECTURE section 1 under fire.
 */
import "../../src/app/require-node.ts";

const { runChaos } = await import("./chaos.ts");
process.exitCode = await runChaos(process.argv.slice(2));
