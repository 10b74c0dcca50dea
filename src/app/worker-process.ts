/**
 * One process of Bida: flags, signals, health. All processes are run by this.
 *
 * The health port opens first, so that a supervisor sees a process that waits for Redis. The first SIGTERM
 * drains, a second leaves at once (safely: what was in flight is found by the next worker); see
 * lifecycle.ts. SIGHUP reads the configuration again: a new worker takes over while the old one drains, so
 * no work is dropped; a configuration with errors changes nothing.
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
import { leavingOnSignal, type Leaving } from "./lifecycle.ts";
import type { Readiness, RunningWorker } from "./running-worker.ts";
import { openTelemetry, type ProcessTelemetry } from "./telemetry.ts";
import { VERSION } from "./version.ts";

/** @param leaving aborted when the process is to leave before it has started */
export type Start = (
  config: Config,
  running: { readonly telemetry: ProcessTelemetry; readonly leaving: AbortSignal },
) => Promise<RunningWorker>;

/**
 * Resolves when the process has nothing left to do, or could not start: then `process.exitCode` says so.
 *
 * @param role what it is called in logs and metrics
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
  const config = loadConfig(path);
  const shift = new Shift();
  const telemetry = await openTelemetry({ role, config, log });
  telemetry.metrics.ready = () => shift.readiness().ready;
  const onHangUp = (): void =>
    shift.change(async () => {
      const next = loadConfig(path);
      const worker = await start(next, { telemetry, leaving: leaving.signal });
      await telemetry.use(next);
      return worker;
    }, log);
  process.on("SIGHUP", onHangUp);
  let health: HealthPort | null = null;
  try {
    health = await openHealthPort(() => shift.readiness());
    await shift.begin(() => start(config, { telemetry, leaving: leaving.signal }), leaving.signal);
    await leaving.begun;
    await shift.stop();
  } finally {
    process.off("SIGHUP", onHangUp);
    health?.close();
    await telemetry.stop();
  }
  // A handle that a library left open must not keep the process alive.
  process.exit(0);
}

/** The worker that runs now; after a new configuration another one takes over. */
class Shift {
  #current: RunningWorker | null = null;
  #changing: Promise<void> = Promise.resolve();
  #isStopping = false;

  readiness(): Readiness {
    if (this.#isStopping) return { ready: false, reasons: ["it is stopping"] };
    const starting = { ready: false, reasons: ["it is starting, and waits for Redis"] };
    return this.#current?.readiness() ?? starting;
  }

  /** Resolves when the first worker has started, or is not wanted any more; rejects when it could not. */
  async begin(startFirst: () => Promise<RunningWorker>, leaving: AbortSignal): Promise<void> {
    const begun = this.#start(startFirst, leaving);
    // SIGHUP is answered from the first moment, after the start.
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
      // The worker goes on with what it had: a typing error must not stop deliveries.
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
