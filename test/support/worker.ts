/**
 * The delivery worker as a process of its own, on the tests' clock. It ends when its stdin closes, also if the
 * process that started it is killed.
 */
import { startDeliveryWorker } from "../../src/app/delivery-worker.ts";
import { runWorkerProcess } from "../../src/app/worker-process.ts";
import { FAST } from "./pace.ts";

process.stdin
  .once("end", () => process.exit(1))
  .resume()
  .unref();

await runWorkerProcess("delivery", {
  args: process.argv.slice(2),
  start: async (config, { telemetry: { log, emit } }) =>
    startDeliveryWorker({
      config,
      emit,
      warn: (warning) => log.warn(warning),
      tuning: FAST,
    }),
});
