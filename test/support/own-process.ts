/**
 * A process of Bida as a supervisor sees it: what it logs, where it listens, how it ends.
 */
import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { eventually } from "./eventually.ts";

export interface OwnProcess {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Resolves with its exit status or the signal that ended it. */
  readonly exited: Promise<number | string | null>;
  /** Resolves when it has printed this text. */
  printed(text: string): Promise<void>;
  kill(): Promise<void>;
}

export function startOwn(command: readonly string[], options: SpawnOptions = {}): OwnProcess {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (bytes: Buffer) => {
      text += bytes.toString();
    });
  }
  const exited = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | string | null);
  return {
    child,
    output: () => text,
    exited,
    printed: async (wanted) => {
      await eventually(
        () => text,
        (all) => all.includes(wanted),
      );
    },
    kill: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await exited;
    },
  };
}
