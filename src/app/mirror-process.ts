/**
 * The mirror as a process. The first SIGTERM ends it after the round at work, a second at once (safely:
 * the next mirror repeats the round).
 */
import { parseArgs } from "node:util";
import { logEvents, logger } from "../telemetry/logs.ts";
import { ConfigError, configPath, loadConfig, logLevel } from "./config.ts";
import { startMirrors, type RunningMirrors } from "./mirror.ts";

export async function runMirrorProcess(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { config: { type: "string" } } });
  const log = logger(logLevel());
  try {
    const path = configPath(values.config);
    const config = loadConfig(path);
    if (config.mirrors.length === 0) throw new ConfigError(`${path}: mirrors: none is configured`);
    leaveOnSignal(await startMirrors({ config, emit: logEvents(log), warn: (warning) => log.warn(warning) }));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

function leaveOnSignal(mirrors: RunningMirrors): void {
  let leaving = false;
  const onSignal = (): void => {
    if (leaving) process.exit(1);
    leaving = true;
    mirrors.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}
