/**
 * `npm run demo`: Bida on a private Redis, against the sandbox, with faults.
 */
import "../../app/require-node.ts";

const { runDemo } = await import("./demo.ts");
process.exitCode = await runDemo(process.argv.slice(2));
