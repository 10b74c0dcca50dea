/**
 * The delivery worker as a process: flags, signals, health. The first SIGTERM drains, a second leaves at
 * once (safely: what was in flight is verified by the next worker).
 */
import { createServer, type Server } from "node:http";
import { parseArgs } from "node:util";
import { logEvents, logger } from "../telemetry/logs.ts";
import type { Tuning } from "./compose.ts";
import { ConfigError, configPath, healthPort, loadConfig, logLevel } from "./config.ts";
import { startDeliveryWorker, type DeliveryWorker } from "./delivery-worker.ts";

export async function runDeliveryProcess(args: readonly string[], tuning: Tuning = {}): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { config: { type: "string" } } });
  const log = logger(logLevel());
  try {
    const config = loadConfig(configPath(values.config));
    const worker = await startDeliveryWorker({
      config,
      emit: logEvents(log),
      warn: (warning) => log.warn(warning),
      tuning,
    });
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
function serveHealth(worker: DeliveryWorker): Server | null {
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
