/**
 * Runs one process of Bida: flags, signals, health.
 *
 * The health port opens first, so that a supervisor sees a process that waits for Redis. The first SIGTERM
 * drains, a second ends the process at once (safely: another worker finds what was in flight); see
 * lifecycle.ts. SIGHUP reloads the configuration: a new worker takes over while the old one drains, so no work
 * is lost. A configuration with errors changes nothing.
 */
import { parseArgs } from "node:util";
import type { Logger } from "pino";
import { messageOf } from "../delivery/error-words.ts";
import { logger } from "../telemetry/logs.ts";
import { ConfigError } from "../config/config-error.ts";
import { inLanguage } from "../language/say.ts";
import { configPath, language, logLevel } from "../config/environment.ts";
import { loadConfig, type Config } from "../config/config.ts";
import { openHealthPort, type HealthPort } from "./health-port.ts";
import { endOnCrash, leavingOnSignal, type Leaving } from "./lifecycle.ts";
import { logCrash } from "./log-crash.ts";
import type { Readiness, RunningWorker } from "./running-worker.ts";
import { openTelemetry, type ProcessTelemetry } from "./telemetry.ts";
import { VERSION } from "./version.ts";

/** @param leaving aborts when the process is to stop before the worker has started */
export type Start = (
  config: Config,
  running: { readonly telemetry: ProcessTelemetry; readonly leaving: AbortSignal },
) => Promise<RunningWorker>;

/**
 * Resolves when the process has nothing left to do, or could not start; `process.exitCode` shows which.
 *
 * @param role its name in logs and metrics
 */
export async function runWorkerProcess(
  role: string,
  { args, start }: { readonly args: readonly string[]; readonly start: Start },
): Promise<void> {
  const leaving = leavingOnSignal();
  try {
    await live({ role, args, start, leaving });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${inLanguage(error.message, language())}\n`);
    process.exitCode = 2;
  } finally {
    leaving.forget();
  }
}

async function live({
  role,
  args,
  start,
  leaving,
}: {
  readonly role: string;
  readonly args: readonly string[];
  readonly start: Start;
  readonly leaving: Leaving;
}): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { config: { type: "string" } } });
  const path = configPath(values.config);
  const log = logger(logLevel(), { writer: { role, version: VERSION } });
  let inUse: Config | null = null;
  endOnCrash(logCrash(log, () => inUse));
  const config = loadConfig(path);
  inUse = config;
  const current = new CurrentWorker();
  const telemetry = await openTelemetry({ role, config, log });
  telemetry.metrics.ready = () => current.readiness().ready;
  const onHangUp = (): void =>
    current.change(async () => {
      const next = loadConfig(path);
      const worker = await start(next, { telemetry, leaving: leaving.signal });
      await telemetry.use(next);
      inUse = next;
      return worker;
    }, log);
  process.on("SIGHUP", onHangUp);
  let health: HealthPort | null = null;
  try {
    health = await openHealthPort(() => current.readiness());
    await current.begin(() => start(config, { telemetry, leaving: leaving.signal }), leaving.signal);
    await leaving.begun;
    await current.stop();
  } finally {
    process.off("SIGHUP", onHangUp);
    health?.close();
    await telemetry.stop();
  }
  // Exits, because a handle that a library left open must not keep the process alive.
  process.exit(0);
}

/** The running worker, which is replaced when the configuration is reloaded. */
class CurrentWorker {
  #current: RunningWorker | null = null;
  #changing: Promise<void> = Promise.resolve();
  #isStopping = false;

  readiness(): Readiness {
    if (this.#isStopping) return { ready: false, reasons: ["it is stopping"] };
    const starting = { ready: false, reasons: ["it is starting, and waits for Redis"] };
    return this.#current?.readiness() ?? starting;
  }

  /** Resolves when the first worker has started, or is no longer wanted; rejects when it could not start. */
  async begin(startFirst: () => Promise<RunningWorker>, leaving: AbortSignal): Promise<void> {
    const begun = this.#start(startFirst, leaving);
    // A SIGHUP during the start is handled after it.
    this.#changing = begun;
    await begun;
  }

  async #start(startFirst: () => Promise<RunningWorker>, leaving: AbortSignal): Promise<void> {
    try {
      this.#current = await startFirst();
    } catch (error) {
      if (!leaving.aborted) throw error;
    }
  }

  change(startNext: () => Promise<RunningWorker>, log: Logger): void {
    this.#changing = this.#replace(this.#changing, { startNext, log });
  }

  async #replace(
    before: Promise<void>,
    { startNext, log }: { readonly startNext: () => Promise<RunningWorker>; readonly log: Logger },
  ): Promise<void> {
    await before;
    try {
      const next = await startNext();
      const last = this.#current;
      this.#current = next;
      await last?.stop();
      log.info({ event: "config.reloaded" });
    } catch (error) {
      // The worker goes on with its configuration: a typing error must not stop deliveries.
      const detail = messageOf(error);
      log.error({ event: "config.refused", detail });
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#changing;
    await this.#current?.stop();
  }
}
