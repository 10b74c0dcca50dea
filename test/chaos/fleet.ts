/**
 * The workers, each a process with relays of its own to Redis and to the platform.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { openSync, closeSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { StopPoint } from "./plan.ts";
import { Relay } from "./relay.ts";

/** The script of a delivery worker. */
export const WORKER = new URL("worker.ts", import.meta.url);
export const INTAKE = new URL("intake.ts", import.meta.url);
const CLOCK = new URL("clock.ts", import.meta.url);
const STOPS = new URL("stops.ts", import.meta.url);
/** An idle worker never reaches the point at which it is to stop. */
const COMES_THERE_WITHIN_MS = 3_000;
const READY_WITHIN_MS = 30_000;
const STARTED_WITHIN_MS = 4_000;
const LEAVES_WITHIN_MS = 28_000;

interface WorkerPlace {
  /** `worker-0` */
  readonly name: string;
  readonly script: URL;
  readonly directory: string;
  readonly redisPort: number;
  readonly platformPort: number;
  readonly configuration: (redisUrl: string, platformUrl: string, without?: string | null) => string;
}

export class FleetWorker {
  readonly redis: Relay;
  readonly platform: Relay;
  readonly logFile: string;
  readonly #name: string;
  readonly #script: URL;
  readonly #configFile: string;
  readonly #configuration: WorkerPlace["configuration"];
  #child: ChildProcess | null = null;
  /** The child that was told to stop at a point, whether or not it has stopped. */
  #awaited: ChildProcess | null = null;
  #startedAt = 0;
  /** Children that got SIGTERM and have not exited. */
  readonly #leaving = new Set<Promise<void>>();

  constructor({ name, script, directory, redisPort, platformPort, configuration }: WorkerPlace) {
    this.#name = name;
    this.#script = script;
    this.redis = new Relay({ host: "127.0.0.1", port: redisPort });
    this.platform = new Relay({ host: "127.0.0.1", port: platformPort });
    this.logFile = join(directory, `${name}.log`);
    this.#configFile = join(directory, `${name}.yaml`);
    this.#configuration = configuration;
  }

  async open(): Promise<void> {
    await Promise.all([this.redis.open(), this.platform.open()]);
    this.#configure(null);
    this.start();
    await this.#ready();
  }

  /** Resolves when the worker has started: chaos before that would prove nothing. */
  async #ready(): Promise<void> {
    const until = performance.now() + READY_WITHIN_MS;
    while (!readFileSync(this.logFile, "utf8").includes('"worker.ready"')) {
      if (performance.now() > until) throw new Error(`${this.#name} did not start; see its log`);
      await sleep(50);
    }
  }

  #configure(without: string | null): void {
    const redisUrl = `redis://127.0.0.1:${this.redis.port}`;
    const platformUrl = `http://127.0.0.1:${this.platform.port}`;
    writeFileSync(this.#configFile, this.#configuration(redisUrl, platformUrl, without));
  }

  /** Makes it read a configuration without this account; null for a configuration with all accounts. */
  reconfigure(without: string | null): void {
    this.#configure(without);
    // A worker that is still starting would die of the signal, and reads the file anyway.
    if (performance.now() - this.#startedAt > STARTED_WITHIN_MS) this.#child?.kill("SIGHUP");
  }

  /**
   * Stops it with SIGSTOP at this point. Resolves with the point at which it stopped: `anywhere` if it did not
   * reach this one in time.
   */
  async freeze(at: StopPoint): Promise<StopPoint> {
    const child = this.#child;
    if (child === null) return "anywhere";
    const stopped = at === "anywhere" ? false : await this.#comesTo(at, child);
    if (!stopped) child.kill("SIGSTOP");
    return stopped ? at : "anywhere";
  }

  async #comesTo(at: StopPoint, child: ChildProcess): Promise<boolean> {
    const tell = (stopAt: StopPoint | null): void => {
      if (child.connected) child.send({ stopAt }, () => undefined);
    };
    const over = new AbortController();
    const told = once(child, "message", { signal: over.signal }).then(
      () => true,
      () => false,
    );
    this.#awaited = child;
    tell(at);
    const stopped = await Promise.race([told, sleep(COMES_THERE_WITHIN_MS, false, { signal: over.signal })]);
    over.abort();
    if (!stopped) {
      this.#awaited = null;
      tell(null);
    }
    return stopped;
  }

  thaw(): void {
    this.#awaited = null;
    this.#child?.kill("SIGCONT");
  }

  /** Sets its wall clock forward or back. */
  stepClock(stepMs: number): void {
    // The child may be dying at this moment.
    if (this.#child?.connected === true) this.#child.send({ stepMs }, () => undefined);
  }

  start(): void {
    this.#startedAt = performance.now();
    const log = openSync(this.logFile, "a");
    // It has a process group of its own, so that Ctrl-C reaches only the program, which then stops it in order.
    this.#child = spawn(
      process.execPath,
      ["--import", CLOCK.href, "--import", STOPS.href, this.#script.pathname, "--config", this.#configFile],
      {
        detached: true,
        stdio: ["ignore", log, log, "ipc"],
        env: { ...process.env, BIDA_LOG_LEVEL: "info" },
      },
    );
    closeSync(log);
    const child = this.#child;
    // A child that reaches its point after the time-out is not waited for and must not stay stopped.
    child.on("message", () => {
      if (this.#awaited !== child) child.kill("SIGCONT");
    });
  }

  async kill(): Promise<void> {
    const child = this.#takeChild();
    if (child === null || hasLeft(child)) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** Sends SIGTERM. It drains while its successor already works. */
  dismiss(): void {
    const child = this.#takeChild();
    if (child === null || hasLeft(child)) return;
    const gone = leave(child).finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
  }

  async close(): Promise<void> {
    this.dismiss();
    await Promise.all(this.#leaving);
    await Promise.all([this.redis.close(), this.platform.close()]);
  }

  #takeChild(): ChildProcess | null {
    const child = this.#child;
    this.#child = null;
    return child;
  }
}

async function leave(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), LEAVES_WITHIN_MS);
  await gone;
  clearTimeout(impatience);
}

function hasLeft({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
