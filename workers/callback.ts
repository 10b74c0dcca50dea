/**
 * The callback worker: `node workers/callback.ts --config bida.yaml`.
 */
import "../src/app/require-node.ts";

const { runCallbackProcess } = await import("../src/app/callback-process.ts");
await runCallbackProcess(process.argv.slice(2));
