/**
 * The mirrors as a process, which ends after the round under way.
 */
import { ConfigError } from "../config/config-error.ts";
import { announced } from "./heartbeat.ts";
import { startMirrors } from "./mirror.ts";
import { runWorkerProcess } from "./worker-process.ts";

export async function runMirrorProcess(args: readonly string[]): Promise<void> {
  await runWorkerProcess("mirror", {
    args,
    start: async (config, { telemetry: { log, emit }, leaving }) => {
      if (config.mirrors.length === 0) throw new ConfigError("mirrors: none is configured; nothing to do");
      const mirrors = await startMirrors({ config, emit, warn: (warning) => log.warn(warning), leaving });
      return announced(mirrors, { config, role: "mirror", emit });
    },
  });
}
