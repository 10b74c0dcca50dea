/**
 * Worker processes for tests that kill them.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { eventually } from "./eventually.ts";

const WORKER = new URL("worker.ts", import.meta.url).pathname;

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** Its log, one JSON line each. */
  readonly lines: string[];
  /** Resolves with its exit status or the signal that ended it. */
  readonly exited: Promise<number | string | null>;
  told(event: string): Promise<void>;
}

/** Starts workers from one configuration; `close()` kills what still runs. */
export class WorkerProcesses {
  readonly #directory = mkdtempSync(join(tmpdir(), "bida-workers-"));
  readonly #file = join(this.#directory, "bida.yaml");
  readonly #running: WorkerProcess[] = [];

  constructor(configuration: string) {
    writeFileSync(this.#file, configuration);
  }

  async start(env: NodeJS.ProcessEnv = {}, nodeFlags: readonly string[] = []): Promise<WorkerProcess> {
    const child = spawn(process.execPath, [...nodeFlags, WORKER, "--config", this.#file], {
      // When stdin closes, the worker ends, also if this process is killed.
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
    const exited = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | string | null);
    const told = async (event: string): Promise<void> => {
      await eventually(
        () => lines.some((line) => line.includes(`"${event}"`)),
        (found) => found,
      );
    };
    const running: WorkerProcess = { child, lines, exited, told };
    this.#running.push(running);
    await told("worker.ready");
    return running;
  }

  async close(): Promise<void> {
    for (const { child, exited } of this.#running) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await exited;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
