/**
 * A private Redis: in a new directory, on a free loopback port, with AOF, without eviction. For the demo, the
 * bench and the tests.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startDockerRedis } from "./docker-redis.ts";
import { aFreePort } from "./free-port.ts";
import { findRedisServer, type RedisSource } from "./redis-server.ts";

export interface PrivateRedisOptions {
  /** Default everysec. */
  readonly appendfsync?: "always" | "everysec";
  readonly extraArgs?: readonly string[];
  /** The server to run instead of the one that is found. */
  readonly command?: string;
}

export interface PrivateRedis {
  readonly url: string;
  readonly port: number;
  /** Null where Redis runs in Docker. */
  readonly pid: number | null;
  readonly directory: string;
  /** Stops the server and removes its directory. Safe to call twice. */
  stop(): Promise<void>;
  /** Kills the server with SIGKILL; the directory stays. */
  kill(): Promise<void>;
  /** Starts again on the same port and directory. */
  restart(): Promise<void>;
}

const READY_WITHIN_MS = 10_000;
const STOP_WITHIN_MS = 5_000;
const PORTS_TO_TRY = 5;

/** @throws Error with one sentence when no Redis server can be found or installed */
export async function startPrivateRedis(options: PrivateRedisOptions = {}): Promise<PrivateRedis> {
  const source = options.command === undefined ? await findRedisServer() : binary(options.command);
  const directory = mkdtempSync(join(tmpdir(), "bida-redis-"));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  if (source.kind === "docker") return startDockerRedis(directory, remove);
  for (let attempt = 1; ; attempt += 1) {
    const port = await aFreePort();
    const server = new RedisServer({ command: source.path, port, directory }, options);
    try {
      await server.start();
      return {
        url: `redis://127.0.0.1:${port}`,
        port,
        get pid() {
          return server.pid;
        },
        directory,
        stop: async () => {
          await server.stop("SIGTERM");
          remove();
        },
        kill: () => server.stop("SIGKILL"),
        restart: () => server.start(),
      };
    } catch (error) {
      // Another process may have taken the port meanwhile.
      if (attempt < PORTS_TO_TRY && server.log().includes("Address already in use")) continue;
      remove();
      throw error;
    }
  }
}

function binary(path: string): RedisSource {
  return { kind: "binary", path };
}

class RedisServer {
  readonly #command: string;
  readonly #args: readonly string[];
  readonly #port: number;
  readonly #directory: string;
  readonly #logFile: string;
  #child: ChildProcess | null = null;
  #exited: Promise<unknown> = Promise.resolve();

  constructor(
    {
      command,
      port,
      directory,
    }: { readonly command: string; readonly port: number; readonly directory: string },
    options: PrivateRedisOptions,
  ) {
    this.#command = command;
    this.#port = port;
    this.#directory = directory;
    this.#logFile = join(directory, "redis.log");
    // hz 100: blocked calls are timed out and keys expire within 10 ms on an idle server.
    const settings = {
      port: String(port),
      bind: "127.0.0.1",
      "protected-mode": "yes",
      daemonize: "no",
      dir: directory,
      logfile: this.#logFile,
      save: "",
      appendonly: "yes",
      appendfsync: options.appendfsync ?? "everysec",
      "maxmemory-policy": "noeviction",
      hz: "100",
    };
    this.#args = [
      ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
      ...(options.extraArgs ?? []),
    ];
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  log(): string {
    try {
      return readFileSync(this.#logFile, "utf8");
    } catch {
      // The server ended before it wrote a line.
      return "";
    }
  }

  async start(): Promise<void> {
    // In a process group of its own, so that Ctrl-C reaches only the parent, which stops it in order.
    const child = spawn(this.#command, this.#args, { stdio: "ignore", detached: true });
    this.#child = child;
    this.#exited = once(child, "exit");
    if (child.pid !== undefined) {
      const guard = endsWithUs(child.pid, this.#directory);
      child.once("exit", () => guard.kill("SIGKILL"));
    }
    const until = performance.now() + READY_WITHIN_MS;
    while (!(await answersPing(this.#port))) {
      if (child.exitCode !== null || performance.now() > until) {
        throw new Error(
          `redis-server did not start; its last words: ${this.log().trim().split("\n").at(-1) ?? "none"}`,
        );
      }
      await sleep(20);
    }
  }

  async stop(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const impatience = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
    await this.#exited;
    clearTimeout(impatience);
    this.#child = null;
  }
}

/**
 * A shell that waits for the end of our pipe: when this process is gone, for whatever reason, it stops the
 * server and removes its directory.
 */
function endsWithUs(pid: number, directory: string): ChildProcess {
  const script = 'read -r _; kill "$1"; while kill -0 "$1"; do sleep 0.1; done; rm -rf "$2"';
  const guard = spawn("sh", ["-c", script, "sh", String(pid), directory], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  // Without a shell there is no guard; the server is still stopped in order.
  guard.on("error", () => undefined);
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return guard;
}

/** True when a server on this port answers PING with PONG; one that is still loading does not. */
async function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(500, () => end(false));
    socket.once("error", () => end(false));
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", (data) => end(data.toString().startsWith("+PONG")));
  });
}
