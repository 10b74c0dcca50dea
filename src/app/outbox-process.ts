/**
 * The relay of the outboxes as a process of its own.
 */
import { ConfigError } from "../config/config-error.ts";
import { announced } from "./heartbeat.ts";
import { startOutboxes } from "./outbox.ts";
import { runWorkerProcess } from "./worker-process.ts";

export async function runOutboxProcess(args: readonly string[]): Promise<void> {
  await runWorkerProcess("outbox", {
    args,
    start: async (config, { telemetry: { log, emit }, leaving }) => {
      if (Object.keys(config.outboxes).length === 0)
        throw new ConfigError("outboxes: none is configured; nothing to do");
      const warn = (warning: string): void => log.warn(warning);
      const relay = await startOutboxes({ config, emit, warn, leaving });
      return announced(relay, { config, role: "outbox", emit });
    },
  });
}
