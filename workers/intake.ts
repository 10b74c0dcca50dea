/**
 * The intake: `node workers/intake.ts --config bida.yaml`.
 */
import "../src/app/require-node.ts";

const { runIntakeProcess } = await import("../src/app/intake-process.ts");
await runIntakeProcess(process.argv.slice(2));
