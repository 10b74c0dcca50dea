/**
 * Logs: one wide JSON line per event, by pino. The catalogue of events defines what is logged; the level is set
 * here.
 */
import { hostname } from "node:os";
import { pino, type DestinationStream, type Level, type Logger } from "pino";
import type { BidaEvent, Emit } from "./events.ts";
import { logOutput, type LogOutput } from "./log-output.ts";

const STDOUT = 1;

/** The fields of every line about its process. */
interface LoggingProcess {
  readonly role: string;
  readonly version: string;
}

/** @param destination default: the standard output */
export function logger(
  level: string,
  {
    destination = logOutput(STDOUT),
    writer,
  }: {
    readonly destination?: DestinationStream | LogOutput;
    readonly writer?: LoggingProcess | undefined;
  } = {},
): Logger {
  const log = pino(
    {
      level,
      base: { service: "bida", ...writer, host: hostname(), pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      // Level names are for people; 30 and 50 are pino's numbers.
      formatters: { level: (label: string) => ({ level: label }) },
    },
    destination,
  );
  if ("onRecovered" in destination)
    destination.onRecovered = (missing, code) =>
      log.warn(`${missing} lines of the log could not be written (${code})`);
  return log;
}

/** @param traceIdOf returns the trace id of an event whose trace began here, not at a producer */
export function logEvents(log: Logger, traceIdOf: (event: BidaEvent) => string | null = () => null): Emit {
  return (event) => {
    const level = levelOf(event.event);
    if (!log.isLevelEnabled(level)) return;
    const { traceparent } = event as { readonly traceparent?: string | null };
    if (traceparent === undefined) log[level](event);
    // Only the trace id is logged, because people search by it.
    else {
      const traceId = traceparent?.split("-")[1] ?? traceIdOf(event) ?? undefined;
      log[level]({ ...event, traceparent: undefined, traceId });
    }
  };
}

/** The level of each event. */
export function levelOf(event: BidaEvent["event"]): Level {
  switch (event) {
    // Many a second; the metrics count them.
    case "rate.waited":
    case "budget.asked":
    case "delivery.acknowledged":
    case "platform.called":
      return "debug";
    case "http.answered":
    case "token.fetched":
    case "alert.sent":
    case "delivery.sent":
    case "delivery.checked":
    case "delivery.ended":
    case "callback.tried":
    case "intake.taken":
    case "outbox.relayed":
    case "outbox.followed":
    case "worker.ready":
    case "worker.draining":
    case "worker.stopped":
    case "mirror.round":
    case "mirror.ready":
    case "mirror.draining":
    case "mirror.stopped":
      return "info";
    case "delivery.fenced":
    case "lease.expired":
    case "breaker.changed":
    case "telemetry.pushed":
    case "redis.failed":
    case "mirror.failed":
    case "outbox.failed":
    case "mirror.unmapped":
    case "mirror.lost":
      return "warn";
    case "account.held":
    case "mirror.refused":
    case "redis.lost":
    case "bug":
      return "error";
    case "process.crashed":
      return "fatal";
  }
}
