/**
 * The callback worker as a process.
 */
import { logEvents } from "../telemetry/logs.ts";
import { startCallbackWorker } from "./callback-worker.ts";
import { announced } from "./heartbeat.ts";
import { runWorkerProcess } from "./worker-process.ts";

export async function runCallbackProcess(args: readonly string[]): Promise<void> {
  await runWorkerProcess(args, async (config, log, leaving) => {
    const emit = logEvents(log);
    const worker = await startCallbackWorker({ config, emit, warn: (warning) => log.warn(warning), leaving });
    return announced(worker, { config, role: "callback" });
  });
}
