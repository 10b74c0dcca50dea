/**
 * `npm run chaos`: the promises of ARCHITECTURE section 1 under fire.
 */
import "../../src/app/require-node.ts";

const { runChaos } = await import("./chaos.ts");
// Ended by hand: with a socket that was cut while it connected, Node 26 may spin for ever when it closes what is left.
process.exit(await runChaos(process.argv.slice(2)));
