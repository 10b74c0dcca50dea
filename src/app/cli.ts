/**
 * Runs the command line with the streams, clock and connections of this machine.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { httpConnection, type Connection, type ConnectOptions } from "../doors/cli/connection.ts";
import { UsageError, type ExitStatus } from "../doors/cli/exit-status.ts";
import { runCli } from "../doors/cli/program.ts";
import type { ProcessName, CliEnvironment } from "../doors/cli/environment.ts";
import { inLanguage, say } from "../language/say.ts";
import { redisUrlProblem } from "../storage/redis-url.ts";
import { apiAddress, configPath, editorCommand, language } from "../config/environment.ts";
import { ConfigError } from "../config/config-error.ts";
import { endOnCrash } from "./lifecycle.ts";
import { personAtTerminal } from "./person.ts";
import { Printing } from "./printing.ts";
import { sayCrash } from "./say-crash.ts";
import { VERSION } from "./version.ts";

/**
 * Loads only the modules that a command needs. Resolves with the exit status; null for a process that runs
 * until a signal ends it.
 */
export async function bida(args: readonly string[]): Promise<ExitStatus | null> {
  const { stdin, stdout, stderr } = process;
  endOnCrash(sayCrash);
  const printing = new Printing({ stdout, stderr }, (status) => process.exit(status));
  const context: CliEnvironment = {
    stdin,
    stdout,
    stderr,
    now: () => Date.now(),
    version: VERSION,
    language: language(),
    untilInterrupted,
    openConnection: (options) => asUsage(() => openConnection(options, printing)),
    edit: async (text) => editText(text),
    config: {
      check: async (path) => (await import("../config/tools/check.ts")).checkConfig(path),
      print: async (path) => (await import("../config/tools/print.ts")).printConfig(path),
      init: (path, overwrite) => asUsage(() => initConfig(path, overwrite)),
      schema: async () => (await import("../config/tools/schema.ts")).configJsonSchema(),
    },
    diagnose: async (options) => (await import("../doctor/doctor.ts")).diagnose(options),
    run: runProcess,
    up: async (options) => {
      // Printed at once, because starting takes some seconds.
      const starting =
        options.config === undefined
          ? say("Starting a private Redis, the sandbox, a worker, the intake and the API …")
          : say("Starting everything that {file} names …", { file: options.config });
      stderr.write(`${inLanguage(starting, language())}\n`);
      const { runUp } = await import("./up/up.ts");
      await asUsage(() => runUp({ ...options, stdout, stderr }));
    },
  };
  return printing.statusOf(await runCli(args, context));
}

async function openConnection(
  { url, keyFile, redis, config, patienceMs, onWait }: ConnectOptions,
  printing: Printing,
): Promise<Connection> {
  if (redis !== undefined) return openRedis(redis, { named: config, printing, onWait });
  const address = apiAddress();
  const where = url ?? address.url;
  if (!/^https?:\/\//.test(where) || !URL.canParse(where))
    throw new UsageError(`--url: expected a URL like http://127.0.0.1:8080, got ${where}`);
  const key = keyFile === undefined ? address.key : readKey(keyFile);
  return httpConnection({ url: where, key, patienceMs, onWait, fetch: printing.watching(fetch) });
}

async function openRedis(
  redis: string,
  {
    named,
    printing,
    onWait,
  }: {
    readonly named: string | undefined;
    readonly printing: Printing;
    readonly onWait: ConnectOptions["onWait"];
  },
): Promise<Connection> {
  const { loadConfig } = await import("../config/config.ts");
  const config = loadConfig(configPath(named), { keepsUnresolved: true });
  const problem = redis === "config" ? null : redisUrlProblem(redis);
  if (problem !== null) throw new UsageError(`--redis: ${problem}, or config`);
  const { prefix, name, caFile } = config.redis;
  const where = redis === "config" ? config.redis : { prefix, name, url: redis, caFile };
  const { openRedisConnection } = await import("./connection-on-redis.ts");
  return openRedisConnection({
    config: { ...config, redis: where },
    person: personAtTerminal(),
    watching: (ask) => printing.watching(ask),
    onWait,
    onBug: (error) => process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`),
  });
}

function readKey(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    throw new UsageError(`--key-file: ${path} cannot be read`);
  }
}

async function initConfig(named: string | undefined, overwrite: boolean): Promise<string> {
  const { writeFirstConfig } = await import("../config/tools/init.ts");
  const path = configPath(named);
  writeFirstConfig(path, overwrite);
  return path;
}

/** Reports a configuration that cannot be used as a usage error. */
async function asUsage<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(error.message);
    throw error;
  }
}

/** Handles Ctrl-C while an action runs that would go on without the command. */
function untilInterrupted(): ReturnType<CliEnvironment["untilInterrupted"]> {
  const interrupted = new AbortController();
  const onSignal = (): void => interrupted.abort();
  process.once("SIGINT", onSignal);
  return { signal: interrupted.signal, forget: () => void process.off("SIGINT", onSignal) };
}

/** Opens the text in an editor, in a temporary file that only this user may read. */
function editText(text: string): string | null {
  const directory = mkdtempSync(join(tmpdir(), "bida-edit-"));
  const file = join(directory, "payload.json");
  try {
    writeFileSync(file, text, { mode: 0o600 });
    // Through a shell, which splits the editor's own arguments: `code --wait`.
    const { status, error } = spawnSync("sh", ["-c", `${editorCommand()} "$1"`, "sh", file], {
      stdio: "inherit",
    });
    if (error !== undefined || status !== 0) throw new UsageError("the editor failed; nothing was changed");
    const edited = readFileSync(file, "utf8");
    return edited === text ? null : edited;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function runProcess(name: ProcessName, args: readonly string[]): Promise<void> {
  switch (name) {
    case "worker":
      return (await import("./delivery-process.ts")).runDeliveryProcess(args);
    case "callback":
      return (await import("./callback-process.ts")).runCallbackProcess(args);
    case "api":
      return (await import("./api-process.ts")).runApiProcess(args);
    case "intake":
      return (await import("./intake-process.ts")).runIntakeProcess(args);
    case "outbox":
      return (await import("./outbox-process.ts")).runOutboxProcess(args);
    case "mirror":
      return (await import("./mirror-process.ts")).runMirrorProcess(args);
    case "sandbox":
      return (await import("./sandbox-process.ts")).runSandboxProcess(args);
  }
}
