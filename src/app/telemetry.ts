/**
 * The telemetry of a process: logs, metrics on a port of their own, and what is pushed by OTLP. Opened once; a
 * new configuration changes the objectives, the traces, and the Redis from which the fleet is read.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { Logger } from "pino";
import { metricsPort } from "../config/environment.ts";
import type { Config } from "../config/config.ts";
import type { Emit } from "../telemetry/events.ts";
import { logEvents } from "../telemetry/logs.ts";
import type { OnPush } from "../telemetry/pushing.ts";
import type { Traces } from "../telemetry/push-traces.ts";
import { Metrics } from "../telemetry/metrics.ts";
import { FleetReader } from "./fleet-reader.ts";
import { explainListening } from "./listen.ts";
import { objectivesOf } from "./objectives.ts";
import { VERSION } from "./version.ts";

export interface ProcessTelemetry {
  readonly log: Logger;
  readonly emit: Emit;
  readonly metrics: Metrics;
  /** Applies a new configuration, and logs which of its changes need a restart. */
  use(config: Config): Promise<void>;
  stop(): Promise<void>;
}

interface TelemetryOptions {
  readonly role: string;
  readonly config: Config;
  readonly log: Logger;
}

/** @throws ConfigError when the port cannot be listened on */
export async function openTelemetry(options: TelemetryOptions): Promise<ProcessTelemetry> {
  const { role, config, log } = options;
  let traces: Traces | null = null;
  const logged = logEvents(log, (event) => traces?.traceIdOf(event) ?? null);
  const pushed =
    (what: "metrics" | "traces"): OnPush =>
    (failed) =>
      logged({ event: "telemetry.pushed", what, failed });
  const metrics = await openMetrics(role, { config, onPush: pushed("metrics") });
  const openTraces = async (next: Config): Promise<Traces | null> =>
    tracesOf(next, { metrics, onPush: pushed("traces") });
  let inUse = config.telemetry;
  traces = await openTraces(config);
  const emit: Emit = (event) => {
    logged(event);
    metrics.emit(event);
    traces?.emit(event);
  };
  let fleet = FleetReader.of(config, emit);
  metrics.fleet = async () => fleet.read();
  const server = await openMetricsPort(metrics, config);
  return {
    log,
    emit,
    metrics,
    use: async (next) => {
      metrics.objectives = objectivesOf(next);
      const last = fleet;
      fleet = FleetReader.of(next, emit);
      void last.close();
      warnOfRestart(log, { started: config.telemetry, next: next.telemetry });
      if (!areTracesChanged(inUse, next.telemetry)) return;
      inUse = next.telemetry;
      const before = traces;
      traces = await openTraces(next);
      await before?.stop();
    },
    stop: async () => {
      await Promise.all([metrics.stop(), traces?.stop()]);
      server?.close();
      server?.closeAllConnections();
      await fleet.close();
    },
  };
}

/** Metrics, which are also pushed where OTLP is configured; only then are its modules loaded. */
async function openMetrics(
  role: string,
  { config, onPush }: { readonly config: Config; readonly onPush: OnPush },
): Promise<Metrics> {
  const { otlp } = config.telemetry;
  const pushing =
    otlp === undefined ? undefined : (await import("../telemetry/push-metrics.ts")).pushingTo(otlp, onPush);
  const objectives = objectivesOf(config);
  return new Metrics({ role, version: VERSION, instance: randomUUID(), objectives, pushing });
}

type TelemetryConfig = Config["telemetry"];

function areTracesChanged(before: TelemetryConfig, next: TelemetryConfig): boolean {
  return before.otlp !== next.otlp || before.traces?.ratio !== next.traces?.ratio;
}

/** Settings that are read only when the process starts. */
const ONCE_A_PROCESS = ["metricsPort", "metricsHost", "otlp"] as const;

/** @param started the configuration with which the process was started */
function warnOfRestart(
  log: Logger,
  { started, next }: { readonly started: TelemetryConfig; readonly next: TelemetryConfig },
): void {
  const fields = ONCE_A_PROCESS.filter((name) => started[name] !== next[name]).map(
    (name) => `telemetry.${name}`,
  );
  if (fields.length === 0) return;
  const detail = "metrics go on as before: restart the process to change them";
  log.warn({ event: "config.needsRestart", fields, detail });
}

/** Null where no traces are configured; then none of their modules are loaded. */
async function tracesOf(
  { telemetry: { otlp, traces } }: Config,
  { metrics, onPush }: { readonly metrics: Metrics; readonly onPush: OnPush },
): Promise<Traces | null> {
  if (otlp === undefined || traces === undefined) return null;
  const { pushingTraces } = await import("../telemetry/push-traces.ts");
  const { resource, instance } = metrics;
  return pushingTraces({ url: otlp, onPush, ratio: traces.ratio, resource, instance });
}

async function openMetricsPort(metrics: Metrics, config: Config): Promise<Server | null> {
  const port = metricsPort(config);
  if (port === null) return null;
  const server = createServer((request, response) => {
    // Nobody reads a body here, in chunks or whole.
    if (request.headers["transfer-encoding"] !== undefined) response.shouldKeepAlive = false;
    if (request.url?.split("?")[0] === "/metrics") void answer(metrics, response);
    else response.writeHead(404).end();
  });
  const { metricsHost: host } = config.telemetry;
  server.listen({ port, ...(host === undefined ? {} : { host }) });
  try {
    await once(server, "listening");
  } catch (error) {
    throw explainListening("telemetry.metricsPort (or BIDA_METRICS_PORT)", { address: { port }, error });
  }
  return server;
}

const TEXT = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };

async function answer(metrics: Metrics, response: ServerResponse): Promise<void> {
  try {
    const text = await metrics.text();
    response.writeHead(200, TEXT).end(text);
  } catch {
    // The failed scrape shows the error.
    response.writeHead(500).end();
  }
}
