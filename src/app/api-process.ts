/**
 * The API as a process.
 */
import { logEvents } from "../telemetry/logs.ts";
import { startApi } from "./api.ts";
import type { Tuning } from "./compose.ts";
import { runWorkerProcess } from "./worker-process.ts";

export async function runApiProcess(args: readonly string[], tuning: Tuning = {}): Promise<void> {
  await runWorkerProcess(args, async (config, log) => {
    const api = await startApi({
      config,
      emit: logEvents(log),
      warn: (warning) => log.warn(warning),
      onAnswered: (answered) => log.info({ event: "http.answered", ...answered }),
      tuning,
    });
    log.info({ event: "api.listening", url: api.url });
    return api;
  });
}
