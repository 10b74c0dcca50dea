/**
 * A Redis with WAITAOF: the installed one if it is 7.2 or newer, else Valkey 8 from Debian's backports,
 * unpacked next to our packages and not installed.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  startPrivateRedis,
  type PrivateRedis,
  type PrivateRedisOptions,
} from "../../src/dev/private-redis/private-redis.ts";
import { thisMachine } from "../../src/dev/private-redis/redis-server.ts";

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL("../../node_modules/.cache/valkey", import.meta.url));
const UNPACKED = join(CACHE, "usr/bin/valkey-server");

export async function startDurableRedis(options: PrivateRedisOptions = {}): Promise<PrivateRedis> {
  return startPrivateRedis({ ...options, command: await durableServer() });
}

/** @throws Error with one sentence if none is available */
async function durableServer(): Promise<string> {
  for (const name of ["valkey-server", "redis-server"]) {
    const path = thisMachine.findOnPath(name);
    if (path !== null && (await isNewEnough(path))) return path;
  }
  if (!existsSync(UNPACKED)) await unpack();
  return UNPACKED;
}

async function isNewEnough(path: string): Promise<boolean> {
  const { stdout } = await run(path, ["--version"]);
  const [, major = 0, minor = 0] = (/\bv=(\d+)\.(\d+)/.exec(stdout) ?? []).map(Number);
  return major > 7 || (major === 7 && minor >= 2);
}

const PACKAGES = ["valkey-server", "valkey-tools"];
const NONE = "no Redis of 7.2 or newer is here, and Valkey cannot be had; install valkey-server";

/** Uses Debian's own tools with lists of our own, so that those of the machine are not changed. */
async function unpack(): Promise<void> {
  if (!existsSync("/etc/debian_version")) throw new Error(NONE);
  const folder = `${CACHE}.${process.pid}`;
  for (const part of ["lists/partial", "cache/archives/partial", "root"])
    mkdirSync(join(folder, part), { recursive: true });
  const places = {
    "Dir::Etc::sourcelist": join(folder, "sources.list"),
    "Dir::Etc::sourceparts": "-",
    "Dir::State::lists": join(folder, "lists"),
    "Dir::Cache": join(folder, "cache"),
  };
  const own = Object.entries(places).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const apt = async (...args: string[]) => run("apt-get", [...own, "-q", ...args], { cwd: folder });
  try {
    writeFileSync(join(folder, "sources.list"), await backports());
    await apt("update");
    await apt("download", ...PACKAGES);
    const archives = readdirSync(folder).filter((name) => name.endsWith(".deb"));
    for (const name of archives) await run("dpkg", ["-x", join(folder, name), join(folder, "root")]);
    // Another process may have been faster.
    if (!existsSync(UNPACKED)) renameSync(join(folder, "root"), CACHE);
  } catch (error) {
    throw new Error(NONE, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The source line of the backports, from the mirror that this machine uses. */
async function backports(): Promise<string> {
  const format = "$(REPO_URI) $(CODENAME)";
  const wanted = ["Created-By: Packages", "Origin: Debian"];
  const { stdout } = await run("apt-get", ["indextargets", "--format", format, ...wanted]);
  const [, uri, codename] = /^(\S+) ([a-z]+)$/m.exec(stdout) ?? [];
  if (uri === undefined || codename === undefined) throw new Error("the machine names no Debian");
  const key = "/usr/share/keyrings/debian-archive-keyring.gpg";
  return [codename, `${codename}-backports`]
    .map((suite) => `deb [signed-by=${key}] ${uri} ${suite} main\n`)
    .join("");
}
