/**
 * The delivery worker as a process of its own, on the tests' clock.
 */
import { logEvents } from "../../src/telemetry/logs.ts";
import { startDeliveryWorker } from "../../src/app/delivery-worker.ts";
import { runWorkerProcess } from "../../src/app/worker-process.ts";
import { FAST } from "./pace.ts";

await runWorkerProcess(process.argv.slice(2), async (config, log) =>
  startDeliveryWorker({
    config,
    emit: logEvents(log),
    warn: (warning) => log.warn(warning),
    tuning: FAST,
  }),
);
