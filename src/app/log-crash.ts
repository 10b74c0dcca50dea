/**
 * A fault that nobody caught, as one line of the log.
 */
import type { Logger } from "pino";
import { Secrets } from "../account/secrets.ts";
import { secretsOf } from "../config/tools/secrets-of.ts";
import type { Config } from "../config/config.ts";
import { nameAndMessageOf } from "../delivery/error-words.ts";
import { logEvents } from "../telemetry/logs.ts";
import { placesOf } from "./lifecycle.ts";

/** @param config the configuration in use, whose secrets are struck out; null before it is read */
export function logCrash(log: Logger, config: () => Config | null): (error: unknown) => void {
  return (error) => {
    const inUse = config();
    const secrets = new Secrets(inUse === null ? [] : secretsOf(inUse));
    const detail = secrets.inWords(`${nameAndMessageOf(error)}${redisCommandOf(error)}`);
    logEvents(log)({ event: "process.crashed", detail, stack: secrets.inWords(placesOf(error)) });
  };
}

/** Redis' client names the command that failed. Its arguments may hold payloads, so they are left out. */
function redisCommandOf(error: unknown): string {
  if (!(error instanceof Error) || !("command" in error)) return "";
  const { command } = error;
  const name = typeof command === "object" && command !== null && "name" in command ? command.name : null;
  return typeof name === "string" ? ` (the Redis command ${name})` : "";
}
