/**
 * A worker as a process: flags, signals, health.
 *
 * The first SIGTERM drains, a second leaves at once (safely: what was in flight is found by the next
 * worker). SIGHUP reads the configuration again: a new worker takes over while the old one drains, so no
 * work is dropped; a configuration with errors changes nothing.
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

type Start = (config: Config, log: Logger) => Promise<RunningWorker>;

export async function runWorkerProcess(args: readonly string[], start: Start): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { config: { type: "string" } } });
  const path = configPath(values.config);
  const log = logger(logLevel());
  try {
    const config = loadConfig(path);
    // Signals are answered from the first moment: a worker says that it is ready before `start` has
    // returned, and whoever reads that may send SIGHUP at once.
    const shift = new Shift(() => start(config, log));
    let health: Server | null = null;
    process.on("SIGHUP", () => {
      shift.change(() => start(loadConfig(path), log), log);
    });
    leaveOnSignal(async () => {
      await shift.stop();
      health?.close();
    });
    await shift.begun;
    health = serveHealth(shift);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

/** The worker at work; one takes over from the other. */
class Shift {
  /** Resolves when the first worker has started, rejects when it could not. */
  readonly begun: Promise<void>;
  #current: RunningWorker | null = null;
  #changing: Promise<void>;

  constructor(startFirst: () => Promise<RunningWorker>) {
    this.begun = startFirst().then((first) => {
      this.#current = first;
    });
    this.#changing = this.begun;
  }

  readiness(): ReturnType<RunningWorker["readiness"]> {
    return this.#current?.readiness() ?? { ready: false, reasons: ["starting"] };
  }

  change(startNext: () => Promise<RunningWorker>, log: Logger): void {
    this.#changing = this.#changing.then(async () => {
      try {
        const next = await startNext();
        const last = this.#current;
        this.#current = next;
        await last?.stop();
        log.info({ event: "config.reloaded" });
      } catch (error) {
        // The worker goes on with what it had: a typing error must not stop deliveries.
        const detail = error instanceof Error ? error.message : String(error);
        log.error({ event: "config.refused", detail });
      }
    });
  }

  async stop(): Promise<void> {
    await this.#changing;
    await this.#current?.stop();
  }
}

/** The first signal leaves in order, the second at once. */
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
function serveHealth(worker: Pick<RunningWorker, "readiness">): Server | null {
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
