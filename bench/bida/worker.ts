/**
 * Bida's delivery worker. It logs only warnings, because the baseline logs nothing.
 */
import { startDeliveryWorker } from "../../src/app/delivery-worker.ts";
import { logEvents, logger } from "../../src/telemetry/logs.ts";
import { runAsWorker, sayEnded } from "../worker-process.ts";
import { configOf, tuningOf } from "./setup.ts";

await runAsWorker(async (setting) => {
  // Stdout carries messages to the bench.
  const log = logger(process.env["BIDA_LOG_LEVEL"] ?? "warn", { destination: process.stderr });
  const emit = logEvents(log);
  return startDeliveryWorker({
    config: configOf(setting),
    tuning: tuningOf(setting),
    emit: (event) => {
      if (setting.saysWhatEnds === true && event.event === "delivery.ended") sayEnded(event.id);
      emit(event);
    },
    warn: (warning) => log.warn(warning),
  });
});
