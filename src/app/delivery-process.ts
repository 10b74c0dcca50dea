/**
 * The delivery worker as a process.
 */
import { logEvents } from "../telemetry/logs.ts";
import type { Tuning } from "./compose.ts";
import { startDeliveryWorker } from "./delivery-worker.ts";
import { runWorkerProcess } from "./worker-process.ts";

export async function runDeliveryProcess(args: readonly string[], tuning: Tuning = {}): Promise<void> {
  await runWorkerProcess(args, async (config, log, leaving) =>
    startDeliveryWorker({
      config,
      emit: logEvents(log),
      warn: (warning) => log.warn(warning),
      tuning,
      leaving,
    }),
  );
}
