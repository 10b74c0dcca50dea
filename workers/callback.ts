/**
 * The callback worker: `node workers/callback.ts --config bida.yaml`.
 */
import "../src/app/require-node.ts";

const { startCallbackWorker } = await import("../src/app/callback-worker.ts");
const { runWorkerProcess } = await import("../src/app/worker-process.ts");
const { logEvents } = await import("../src/telemetry/logs.ts");
await runWorkerProcess(process.argv.slice(2), async (config, log) =>
  startCallbackWorker({ config, emit: logEvents(log) }),
);
