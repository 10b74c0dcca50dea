/**
 * `bida up`: everything in one process. Without a configuration it starts a private Redis and the sandbox; with
 * one it uses its accounts, and starts a private Redis if it names none.
 *
 * Parts are stopped in reverse order, whatever ends the process: a signal, a failure, a closed terminal.
 */
import { rmSync } from "node:fs";
import { parseDocument } from "yaml";
import type { UpOptions } from "../../doors/cli/environment.ts";
import type { UncheckedPayloads } from "../../doors/client/types.ts";
import { BidaClient } from "../../doors/client/bida-client.ts";
import { newKey, type NewKey } from "../../doors/cli/new-key.ts";
import { startSandbox } from "../../sandbox/server.ts";
import { logOutput } from "../../telemetry/log-output.ts";
import { logger } from "../../telemetry/logs.ts";
import { startAlerts } from "../alerts.ts";
import { startApi, type Api } from "../api.ts";
import { startCallbackWorker } from "../callback-worker.ts";
import { commandPath, language, logLevel } from "../../config/environment.ts";
import { ConfigError } from "../../config/config-error.ts";
import { loadConfig, parseConfig, readConfigText, type Config } from "../../config/config.ts";
import { startDeliveryWorker } from "../delivery-worker.ts";
import { announced } from "../heartbeat.ts";
import { startIntake, takesOrders } from "../intake.ts";
import { endOnCrash, leavingOnSignal } from "../lifecycle.ts";
import { logCrash } from "../log-crash.ts";
import { startMirrors } from "../mirror.ts";
import { startOutboxes } from "../outbox.ts";
import type { RunningWorker } from "../running-worker.ts";
import { openTelemetry, type ProcessTelemetry } from "../telemetry.ts";
import { startPrivateRedis } from "../../dev/private-redis/private-redis.ts";
import { VERSION } from "../version.ts";
import { inLanguage, say } from "../../language/say.ts";
import { commandOn, greeting, type Running } from "./greeting.ts";
import { playground } from "./playground.ts";
import { fillSample } from "./sample.ts";

export interface UpContext extends UpOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

type Stop = () => Promise<void>;

const STDERR = 2;

/** Resolves when everything has been stopped. */
export async function runUp(context: UpContext): Promise<void> {
  const stops: Stop[] = [];
  const ending = leavingOnSignal(["SIGINT", "SIGTERM", "SIGHUP"]);
  try {
    const running = await start(context, { stops, signal: ending.signal });
    if (running !== null) {
      context.stdout.write(
        context.json
          ? `${JSON.stringify(running)}\n`
          : inLanguage(greeting(running, commandOn(commandPath())), language()),
      );
      await ending.begun;
      context.stderr.write(
        `${inLanguage(say("Stopping; calls in flight are finished first."), language())}\n`,
      );
    }
  } catch (error) {
    // A signal while it waits for Redis is no failure.
    if (!ending.signal.aborted) throw error;
  } finally {
    for (const stop of stops.toReversed()) await stop();
    ending.forget();
  }
}

/** Null when a signal came first. */
async function start(
  context: UpContext,
  { stops, signal }: { readonly stops: Stop[]; readonly signal: AbortSignal },
): Promise<Running | null> {
  const operator = newKey({ name: "up", role: "admin" });
  const { config: bare, sandbox } = await configFor(context, stops);
  const config = withOperator(bare, operator);
  if (signal.aborted) return null;

  const telemetry = await openTelemetryOf(config, stops);
  await startWorkers({ config, telemetry, stops, signal });
  const { emit, metrics } = telemetry;
  const api = await startSomewhere({ config, context }, async (config) =>
    announced(await startApi({ config, emit, metrics, sandboxUrl: sandbox ?? undefined }), {
      config,
      role: "api",
      emit,
    }),
  );
  stops.push(() => api.stop());
  if (signal.aborted) return null;
  const client = new BidaClient<UncheckedPayloads>({ url: api.url, key: operator.key });
  if (context.sample === true && sandbox !== null) {
    context.stderr.write(
      `${inLanguage(say("Filling the sandbox with deliveries that went wrong; this takes some seconds."), language())}\n`,
    );
    await fillSample({ client, sandboxUrl: sandbox, signal });
  }
  const link = await client.sessions.makeLink();
  return {
    url: api.url,
    key: operator.key,
    console: `${api.url}${link.path}`,
    redis: config.redis.url,
    sandbox,
    accounts: Object.keys(config.accounts),
  };
}

async function openTelemetryOf(config: Config, stops: Stop[]): Promise<ProcessTelemetry> {
  const log = logger(logLevel("warn"), {
    destination: logOutput(STDERR),
    writer: { role: "up", version: VERSION },
  });
  endOnCrash(logCrash(log, () => config));
  const telemetry = await openTelemetry({ role: "up", config, log });
  stops.push(() => telemetry.stop());
  return telemetry;
}

interface Starting {
  readonly config: Config;
  readonly telemetry: ProcessTelemetry;
  readonly stops: Stop[];
  readonly signal: AbortSignal;
}

/** Starts the delivery worker, and the other workers that the configuration asks for. */
async function startWorkers({ config, telemetry, stops, signal }: Starting): Promise<void> {
  const { log, emit, metrics } = telemetry;
  const options = { config, emit, warn: (warning: string) => log.warn(warning), leaving: signal };
  const started = <Worker extends RunningWorker>(worker: Worker): Worker => {
    stops.push(() => worker.stop());
    return worker;
  };
  const worker = started(announced(await startDeliveryWorker(options), { config, role: "delivery", emit }));
  metrics.ready = () => worker.readiness().ready;
  const alerts = startAlerts({ config, emit });
  if (alerts !== null) started(alerts);
  if (takesOrders(config)) started(await startIntake(options));
  if (config.callbacks !== undefined) started(await startCallbackWorker(options));
  if (config.mirrors.length > 0) started(await startMirrors(options));
  if (Object.keys(config.outboxes).length > 0) started(await startOutboxes(options));
}

interface Found {
  readonly config: Config;
  readonly sandbox: string | null;
}

async function configFor({ config: path, port }: UpContext, stops: Stop[]): Promise<Found> {
  if (path === undefined) {
    const redisUrl = await privateRedis(stops);
    const sandbox = await startSandbox();
    stops.push(() => sandbox.close());
    const text = playground({ redisUrl, sandboxUrl: sandbox.url, port: port ?? USUAL_PORT });
    return { config: parseConfig(text, { path: "bida up", env: {} }), sandbox: sandbox.url };
  }
  const config = loadConfig(path);
  const api = port === undefined ? config.api : { ...config.api, port };
  const namesRedis = parseDocument(readConfigText(path)).has("redis");
  const redis = namesRedis ? config.redis : { ...config.redis, url: await privateRedis(stops) };
  return { config: { ...config, api, redis }, sandbox: null };
}

const USUAL_PORT = 8080;

async function privateRedis(stops: Stop[]): Promise<string> {
  const redis = await startPrivateRedis();
  // The last resort, at `exit`: nothing can be awaited then.
  const abandon = (): void => {
    if (redis.pid === null) return;
    process.kill(redis.pid, "SIGKILL");
    rmSync(redis.directory, { recursive: true, force: true });
  };
  process.once("exit", abandon);
  stops.push(async () => {
    await redis.stop();
    process.off("exit", abandon);
  });
  return redis.url;
}

function withOperator(config: Config, { entry: { name, sha256 } }: NewKey): Config {
  const key = { name, sha256, role: "admin", rate: 1_000 } as const;
  return { ...config, api: { ...config.api, keys: [...config.api.keys, key] } };
}

/** Starts the API on the usual port, or on a free one unless a port was asked for. */
async function startSomewhere(
  { config, context: { config: path, port } }: { readonly config: Config; readonly context: UpContext },
  begin: (config: Config) => Promise<Api>,
): Promise<Api> {
  try {
    return await begin(config);
  } catch (error) {
    const isTaken = error instanceof ConfigError && isTakenPort(error.cause);
    if (!isTaken || port !== undefined || path !== undefined) throw error;
    return begin({ ...config, api: { ...config.api, port: 0 } });
  }
}

function isTakenPort(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
}
