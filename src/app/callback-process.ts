/**
 * The callback worker as a process.
 */
import { startCallbackWorker } from "./callback-worker.ts";
import { announced } from "./heartbeat.ts";
import { runWorkerProcess } from "./worker-process.ts";

export async function runCallbackProcess(args: readonly string[]): Promise<void> {
  await runWorkerProcess("callback", {
    args,
    start: async (config, { telemetry: { log, emit }, leaving }) => {
      const worker = await startCallbackWorker({
        config,
        emit,
        warn: (warning) => log.warn(warning),
        leaving,
      });
      return announced(worker, { config, role: "callback", emit });
    },
  });
}
