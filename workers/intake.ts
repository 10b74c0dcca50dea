/**
 * The intake: `node workers/intake.ts --config bida.yaml`.
 */
import "../src/app/require-node.ts";

const { runScript } = await import("../src/app/script.ts");
const { runIntakeProcess } = await import("../src/app/intake-process.ts");
await runScript("intake", runIntakeProcess);
