/**
 * `npm run chaos`: the promises of ARCHITECTURE section 1 under fire.
 */
import "../../src/app/require-node.ts";

const { runChaos } = await import("./chaos.ts");
// An explicit exit: if a socket was cut while connecting, Node 26 may spin for ever while it closes its
// handles.
process.exit(await runChaos(process.argv.slice(2)));
