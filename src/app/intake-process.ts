/**
 * The intake as a process of its own.
 */
import { ConfigError } from "../config/config-error.ts";
import { announced } from "./heartbeat.ts";
import { startIntake } from "./intake.ts";
import { runWorkerProcess } from "./worker-process.ts";

export async function runIntakeProcess(args: readonly string[]): Promise<void> {
  await runWorkerProcess("intake", {
    args,
    start: async (config, { telemetry: { log, emit }, leaving }) => {
      if (config.intake?.bullmq === undefined && config.intake?.stream === undefined)
        throw new ConfigError("intake: names neither bullmq nor stream; nothing to do");
      const intake = await startIntake({ config, emit, warn: (warning) => log.warn(warning), leaving });
      return announced(intake, { config, role: "intake", emit });
    },
  });
}
