/**
 * The delivery worker as a process.
 */
import type { Tuning } from "../config/policy-and-limits.ts";
import { startAlerts } from "./alerts.ts";
import { startDeliveryWorker } from "./delivery-worker.ts";
import { announced } from "./heartbeat.ts";
import { startIntake, takesOrders } from "./intake.ts";
import { together } from "./running-worker.ts";
import { runWorkerProcess } from "./worker-process.ts";

export async function runDeliveryProcess(args: readonly string[], tuning: Tuning = {}): Promise<void> {
  await runWorkerProcess("delivery", {
    args,
    start: async (config, { telemetry: { log, emit }, leaving }) => {
      const options = { config, emit, warn: (warning: string) => log.warn(warning), tuning, leaving };
      const worker = await startDeliveryWorker(options);
      const heartbeat = { config, role: "delivery", emit } as const;
      try {
        const intake = takesOrders(config) ? [await startIntake(options)] : [];
        const alerts = startAlerts({ config, emit });
        return announced(together([worker, ...intake, ...(alerts === null ? [] : [alerts])]), heartbeat);
      } catch (error) {
        await worker.stop();
        throw error;
      }
    },
  });
}
