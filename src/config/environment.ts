/**
 * Everything that is read from the environment, and only here: paths, ports, proxies, the log level.
 */
import { existsSync } from "node:fs";
import { languageOfLocale, type Language } from "../language/language.ts";
import type { Config } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import type { ProxyEnvironment } from "./tools/proxies.ts";

/** The environment of this process, in which `${env:NAME}` of the configuration is looked up. */
export function processEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

/** The path of the configuration: the flag, else BIDA_CONFIG, else bida.yaml. */
export function configPath(flag: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  return flag ?? (env["BIDA_CONFIG"] || "bida.yaml");
}

/** Whether a configuration is named, or the default file exists. */
export function hasConfiguration(flag: string | undefined, env: NodeJS.ProcessEnv = process.env): boolean {
  return flag !== undefined || Boolean(env["BIDA_CONFIG"]) || existsSync(configPath(flag, env));
}

/**
 * The port on which a process answers /livez and /readyz; null for none.
 *
 * @throws ConfigError when BIDA_HEALTH_PORT is no port
 */
export function healthPort(env: NodeJS.ProcessEnv = process.env): number | null {
  return portIn("BIDA_HEALTH_PORT", env);
}

/**
 * The port on which a process serves its metrics: BIDA_METRICS_PORT (for several processes on one machine), or
 * `telemetry.metricsPort`; null for none.
 *
 * @throws ConfigError when BIDA_METRICS_PORT is no port
 */
export function metricsPort({ telemetry }: Config, env: NodeJS.ProcessEnv = process.env): number | null {
  return portIn("BIDA_METRICS_PORT", env) ?? telemetry.metricsPort ?? null;
}

function portIn(name: string, env: NodeJS.ProcessEnv): number | null {
  const text = env[name];
  if (text === undefined || text === "") return null;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port > 0 && port < 65_536) return port;
  // Kubernetes sets variables with such names for a Service, with a URL in place of a port.
  const service = name
    .toLowerCase()
    .replaceAll("_", "-")
    .replace(/-port$/, "");
  const hint = text.startsWith("tcp:")
    ? `; Kubernetes sets it for a Service called ${service}: rename that, or set enableServiceLinks: false`
    : "";
  throw new ConfigError(`${name}: expected a port from 1 to 65535, got ${JSON.stringify(text)}${hint}`);
}

/** The proxies that the environment names; variables in lower case take precedence, as in curl. */
export function environmentProxies(env: NodeJS.ProcessEnv = process.env): ProxyEnvironment {
  const read = (name: string): string => (env[name.toLowerCase()] ?? env[name] ?? "").trim();
  return { http: read("HTTP_PROXY"), https: read("HTTPS_PROXY"), none: read("NO_PROXY") };
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/**
 * The log level: BIDA_LOG_LEVEL, or the default of the process.
 *
 * @throws ConfigError when it is not a level
 */
export function logLevel(usual = "info", env: NodeJS.ProcessEnv = process.env): string {
  const level = env["BIDA_LOG_LEVEL"] || usual;
  if (LOG_LEVELS.includes(level)) return level;
  throw new ConfigError(`BIDA_LOG_LEVEL: expected ${LOG_LEVELS.join(", ")}, got ${JSON.stringify(level)}`);
}

/** The language of the terminal: BIDA_LANG, or that of the system's locale. */
export function language(env: NodeJS.ProcessEnv = process.env): Language {
  const { BIDA_LANG, LC_ALL, LC_MESSAGES, LANG } = env;
  return languageOfLocale(BIDA_LANG || LC_ALL || LC_MESSAGES || LANG || "");
}

/** Whether npm or npx started this process: then its parent is a shell that does not pass signals on. */
export function startedByNpm(env: NodeJS.ProcessEnv = process.env): boolean {
  return env["npm_command"] !== undefined || env["npm_lifecycle_event"] !== undefined;
}

/** The API's URL and key for the command line: BIDA_URL, BIDA_KEY. */
export function apiAddress(env: NodeJS.ProcessEnv = process.env): { url: string; key: string | null } {
  const { BIDA_URL: url, BIDA_KEY: key } = env;
  return { url: url || "http://127.0.0.1:8080", key: key || null };
}

/** The folders in which a shell looks for commands. */
export function commandPath(env: NodeJS.ProcessEnv = process.env): string {
  return env["PATH"] ?? "";
}

/** The person's editor: VISUAL, EDITOR, or vi. */
export function editorCommand(env: NodeJS.ProcessEnv = process.env): string {
  return env["VISUAL"] || env["EDITOR"] || "vi";
}
