/**
 * The callback worker as a process.
 */
import { logEvents } from "../telemetry/logs.ts";
import { startCallbackWorker } from "./callback-worker.ts";
import { runWorkerProcess } from "./worker-process.ts";

export async function runCallbackProcess(args: readonly string[]): Promise<void> {
  await runWorkerProcess(args, async (config, log, leaving) =>
    startCallbackWorker({ config, emit: logEvents(log), warn: (warning) => log.warn(warning), leaving }),
  );
}
