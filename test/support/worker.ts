/**
 * The delivery worker as a process of its own, on the tests' clock.
 */
import { startDeliveryWorker } from "../../src/app/delivery-worker.ts";
import { runWorkerProcess } from "../../src/app/worker-process.ts";
import { FAST } from "./pace.ts";

await runWorkerProcess("delivery", process.argv.slice(2), async (config, { log, emit }) =>
  startDeliveryWorker({
    config,
    emit,
    warn: (warning) => log.warn(warning),
    tuning: FAST,
  }),
);
