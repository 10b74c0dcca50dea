/**
 * The API as a process.
 */
import { startApi, type Api } from "./api.ts";
import type { Tuning } from "../config/policy-and-limits.ts";
import { announced } from "./heartbeat.ts";
import { runWorkerProcess } from "./worker-process.ts";

export async function runApiProcess(args: readonly string[], tuning: Tuning = {}): Promise<void> {
  let api: Api | undefined;
  await runWorkerProcess("api", {
    args,
    start: async (config, { telemetry: { log, emit, metrics } }) => {
      const started = await startApi({
        config,
        emit,
        warn: (warning) => log.warn(warning),
        metrics,
        tuning,
        takesOverFrom: api,
      });
      api = announced(started, { config, role: "api", emit });
      log.info({ event: "api.listening", url: api.url });
      return api;
    },
  });
}
