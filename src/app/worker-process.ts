/**
 * A worker as a process: flags, signals, health. The first SIGTERM drains, a second leaves at once
 * (safely: what was in flight is found by the next worker).
 */
import { createServer, type Server } from "node:http";
import { parseArgs } from "node:util";
import type { Logger } from "pino";
import { logger } from "../telemetry/logs.ts";
import { ConfigError, configPath, healthPort, loadConfig, logLevel, type Config } from "./config.ts";

export interface RunningWorker {
  /** Whether it makes progress, and what stands in its way. */
  readiness(): { readonly ready: boolean; readonly reasons: readonly string[] };
  /** Drains and closes; resolves when nothing that it began is still running. */
  stop(): Promise<void>;
}

export async function runWorkerProcess(
  args: readonly string[],
  start: (config: Config, log: Logger) => Promise<RunningWorker>,
): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { config: { type: "string" } } });
  try {
    const worker = await start(loadConfig(configPath(values.config)), logger(logLevel()));
    const health = serveHealth(worker);
    leaveOnSignal(async () => {
      await worker.stop();
      health?.close();
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

function leaveOnSignal(leave: () => Promise<void>): void {
  let leaving = false;
  const onSignal = (): void => {
    if (leaving) process.exit(1);
    leaving = true;
    leave().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

/** Answers /livez and /readyz where BIDA_HEALTH_PORT says. */
function serveHealth(worker: RunningWorker): Server | null {
  const port = healthPort();
  if (port === null) return null;
  return createServer((request, response) => {
    const isReadiness = request.url === "/readyz";
    const { ready, reasons } = isReadiness
      ? worker.readiness()
      : { ready: request.url === "/livez", reasons: [] };
    const status = ready ? 200 : isReadiness ? 503 : 404;
    response
      .writeHead(status, { "content-type": "application/json" })
      .end(JSON.stringify({ ready, reasons }));
  }).listen(port);
}
