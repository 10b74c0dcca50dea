/**
 * The delivery worker as a process.
 */
import { logEvents } from "../telemetry/logs.ts";
import type { Tuning } from "../config/policy-and-limits.ts";
import { startDeliveryWorker } from "./delivery-worker.ts";
import { announced } from "./heartbeat.ts";
import { startIntake, takesOrders } from "./intake.ts";
import { runWorkerProcess, together } from "./worker-process.ts";

export async function runDeliveryProcess(args: readonly string[], tuning: Tuning = {}): Promise<void> {
  await runWorkerProcess(args, async (config, log, leaving) => {
    const emit = logEvents(log);
    const options = { config, emit, warn: (warning: string) => log.warn(warning), tuning, leaving };
    const worker = await startDeliveryWorker(options);
    const heartbeat = { config, role: "delivery" } as const;
    if (!takesOrders(config)) return announced(worker, heartbeat);
    try {
      return announced(together([worker, await startIntake(options)]), heartbeat);
    } catch (error) {
      await worker.stop();
      throw error;
    }
  });
}
