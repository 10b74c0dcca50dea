/**
 * Logs: one wide JSON line per event, by pino. What is logged is decided in the catalogue of events;
 * here only how loud it is.
 */
import { pino, type DestinationStream, type Level, type Logger } from "pino";
import type { BidaEvent, Emit } from "./events.ts";

export function logger(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime };
  return destination === undefined ? pino(options) : pino(options, destination);
}

export function logEvents(log: Logger): Emit {
  return (event) => {
    const level = levelOf(event.event);
    if (log.isLevelEnabled(level)) log[level](event);
  };
}

function levelOf(event: BidaEvent["event"]): Level {
  switch (event) {
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
    case "breaker.changed":
    case "redis.failed":
    case "mirror.failed":
    case "outbox.failed":
    case "mirror.unmapped":
    case "mirror.lost":
      return "warn";
    case "account.held":
    case "mirror.refused":
    case "bug":
      return "error";
  }
}
