/**
 * The callback worker: `node workers/callback.ts --config bida.yaml`.
 */
import "../src/app/require-node.ts";

const { runScript } = await import("../src/app/script.ts");
const { runCallbackProcess } = await import("../src/app/callback-process.ts");
await runScript("callback", runCallbackProcess);
