/**
 * `bida` as a user meets it: its own process, with what it prints and how it ends.
 */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { KEYS, type ApiSystem, type KeyName } from "../http/api-system.ts";

export const ENTRY = fileURLToPath(new URL("../../../workers/bida.ts", import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of stdout as one JSON document. */
  readonly json: () => never;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export function startBida(
  args: readonly string[],
  env: RunOptions["env"] = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [ENTRY, ...args], {
    stdio: "pipe",
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
      TZ: "Asia/Shanghai",
      ...env,
    },
  });
}

export async function runBida(args: readonly string[], { stdin = "", env }: RunOptions = {}): Promise<Ended> {
  const child = startBida(args, env);
  child.stdin.on("error", () => undefined).end(stdin);
  return endOf(child);
}

export async function endOf(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return { status, stdout, stderr, json: () => JSON.parse(stdout) as never };
}

/** Runs it against a system's API, with the key of one of its holders. */
export function bidaAt({ api }: ApiSystem, key: KeyName = "ops") {
  return async (args: readonly string[], options: RunOptions = {}): Promise<Ended> =>
    runBida(args, { ...options, env: { BIDA_URL: api.url, BIDA_KEY: KEYS[key], ...options.env } });
}
