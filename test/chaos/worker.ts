/**
 * A delivery worker as a process, on the clock of the chaos program.
 */
import "../../src/app/require-node.ts";

const { logEvents } = await import("../../src/telemetry/logs.ts");
const { startDeliveryWorker } = await import("../../src/app/delivery-worker.ts");
const { runWorkerProcess } = await import("../../src/app/worker-process.ts");
const { CHAOS_TUNING } = await import("./pace.ts");

await runWorkerProcess(process.argv.slice(2), async (config, log) =>
  startDeliveryWorker({
    config,
    emit: logEvents(log),
    warn: (warning) => log.warn(warning),
    tuning: CHAOS_TUNING,
  }),
);
