/**
 * The delivery worker as a process.
 */
import { logEvents } from "../telemetry/logs.ts";
import type { Tuning } from "../config/policy-and-limits.ts";
import { startDeliveryWorker } from "./delivery-worker.ts";
import { startIntake, takesOrders } from "./intake.ts";
import { runWorkerProcess, together } from "./worker-process.ts";

export async function runDeliveryProcess(args: readonly string[], tuning: Tuning = {}): Promise<void> {
  await runWorkerProcess(args, async (config, log, leaving) => {
    const emit = logEvents(log);
    const options = { config, emit, warn: (warning: string) => log.warn(warning), tuning, leaving };
    const worker = await startDeliveryWorker(options);
    if (!takesOrders(config)) return worker;
    try {
      return together([worker, await startIntake(options)]);
    } catch (error) {
      await worker.stop();
      throw error;
    }
  });
}
