/**
 * The API as a process.
 */
import { logEvents } from "../telemetry/logs.ts";
import { startApi, type Api } from "./api.ts";
import type { Tuning } from "../config/policy-and-limits.ts";
import { announced } from "./heartbeat.ts";
import { runWorkerProcess } from "./worker-process.ts";

export async function runApiProcess(args: readonly string[], tuning: Tuning = {}): Promise<void> {
  let api: Api | undefined;
  await runWorkerProcess(args, async (config, log) => {
    const started = await startApi({
      config,
      emit: logEvents(log),
      warn: (warning) => log.warn(warning),
      onAnswered: (answered) => log.info({ event: "http.answered", ...answered }),
      tuning,
      takesOverFrom: api,
    });
    api = announced(started, { config, role: "api" });
    log.info({ event: "api.listening", url: api.url });
    return api;
  });
}
