/**
 * The mirrors as a process: it ends after the round at work.
 */
import { logEvents } from "../telemetry/logs.ts";
import { ConfigError } from "../config/config.ts";
import { startMirrors } from "./mirror.ts";
import { runWorkerProcess } from "./worker-process.ts";

export async function runMirrorProcess(args: readonly string[]): Promise<void> {
  await runWorkerProcess(args, async (config, log, leaving) => {
    if (config.mirrors.length === 0) throw new ConfigError("mirrors: none is configured; nothing to do");
    return startMirrors({ config, emit: logEvents(log), warn: (warning) => log.warn(warning), leaving });
  });
}
