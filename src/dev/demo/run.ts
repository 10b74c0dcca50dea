/**
 * `npm run demo`: the main thing on a private Redis, against the sandbox, with faults.
 */
import "../../app/require-node.ts";

const { runDemo } = await import("./demo.ts");
process.exitCode = await runDemo(process.argv.slice(2));
