/**
 * A delivery worker as a process, on the clock of the chaos program.
 */
import "../../src/app/require-node.ts";

const { startDeliveryWorker } = await import("../../src/app/delivery-worker.ts");
const { runWorkerProcess } = await import("../../src/app/worker-process.ts");
const { CHAOS_TUNING } = await import("./pace.ts");

await runWorkerProcess("delivery", {
  args: process.argv.slice(2),
  start: async (config, { telemetry: { log, emit } }) =>
    startDeliveryWorker({
      config,
      emit,
      warn: (warning) => log.warn(warning),
      tuning: CHAOS_TUNING,
      // Few workers live for the default minute.
      retentionEveryMs: 3_000,
    }),
});
