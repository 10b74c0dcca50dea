/**
 * Finds a Redis server for private use: on the PATH, in Docker, or by installing Debian's package; otherwise
 * one sentence says what to do. A running Redis that nobody named is never used.
 */
import { execFile, type ExecFileException } from "node:child_process";
import { accessSync, constants, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

export type RedisSource = { readonly kind: "binary"; readonly path: string } | { readonly kind: "docker" };

export interface CommandResult {
  readonly ok: boolean;
  readonly output: string;
}

/** What is asked of the machine; tests pass a fake one. */
export interface Machine {
  readonly findOnPath: (name: string) => string | null;
  readonly run: (
    command: string,
    options: { readonly args: readonly string[]; readonly timeoutMs: number },
  ) => Promise<CommandResult>;
  readonly isDebian: () => boolean;
  readonly isRoot: () => boolean;
  readonly say: (line: string) => void;
}

const SERVERS = ["redis-server", "valkey-server"];
const DOCKER_ANSWERS_WITHIN_MS = 5_000;
const INSTALL_WITHIN_MS = 300_000;

/** @throws Error with one sentence when no server can be found or installed */
export async function findRedisServer(machine: Machine = thisMachine): Promise<RedisSource> {
  return (
    onPath(machine) ??
    (await inDocker(machine)) ??
    (await installed(machine)) ??
    refuse("no redis-server was found; install one, for example: apt-get install redis-server")
  );
}

function onPath({ findOnPath }: Machine): RedisSource | null {
  const path = SERVERS.map(findOnPath).find((found) => found !== null);
  return path === undefined ? null : { kind: "binary", path };
}

async function inDocker({ findOnPath, run }: Machine): Promise<RedisSource | null> {
  if (findOnPath("docker") === null) return null;
  const { ok } = await run("docker", { args: ["info"], timeoutMs: DOCKER_ANSWERS_WITHIN_MS });
  return ok ? { kind: "docker" } : null;
}

/** Installs the package on Debian and Ubuntu, as root or with sudo without a password. */
async function installed(machine: Machine): Promise<RedisSource | null> {
  const { isDebian, isRoot, run, say } = machine;
  if (!isDebian()) return null;
  const sudo = isRoot() ? [] : ["sudo", "-n"];
  if (!isRoot() && !(await run("sudo", { args: ["-n", "true"], timeoutMs: DOCKER_ANSWERS_WITHIN_MS })).ok)
    return null;
  say("No redis-server here: installing Debian's package (apt-get install redis-server).");
  const env = ["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"];
  const apt = async (...args: string[]): Promise<CommandResult> => {
    const [command = "env", ...rest] = [...sudo, ...env, "apt-get", ...args];
    return run(command, { args: rest, timeoutMs: INSTALL_WITHIN_MS });
  };
  const allowServices = isRoot() ? forbidServices() : (): void => undefined;
  try {
    await apt("update", "-qq");
    const result = await apt("install", "-y", "--no-install-recommends", "redis-server");
    if (!result.ok)
      refuse(`installing redis-server failed: ${result.output.trim().split("\n").at(-1) ?? ""}`);
  } finally {
    allowServices();
  }
  return onPath(machine);
}

const POLICY = "/usr/sbin/policy-rc.d";

/** Keeps the package from starting a Redis on port 6379, in the way that Debian provides. */
function forbidServices(): () => void {
  if (existsSync(POLICY)) return () => undefined;
  writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  return () => rmSync(POLICY, { force: true });
}

function refuse(sentence: string): never {
  throw new Error(sentence);
}

export const thisMachine: Machine = {
  findOnPath: (name) => {
    const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/usr/local/bin"];
    return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
  },
  run: async (command, { args, timeoutMs }) =>
    new Promise((resolve) => {
      const done = (error: ExecFileException | null, stdout: string, stderr: string): void =>
        resolve({ ok: error === null, output: `${stdout}\n${stderr}` });
      execFile(command, [...args], { timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024 }, done);
    }),
  isDebian: () => existsSync("/etc/debian_version") && readFileSync("/etc/debian_version", "utf8") !== "",
  isRoot: () => process.getuid?.() === 0,
  say: (line) => void process.stderr.write(`${line}\n`),
};

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not executable: try the next folder.
    return false;
  }
}
