/**
 * How a contender's worker runs: it loads, prints "ready", begins at "go", and ends when its stdin closes.
 *
 * So on both sides the CPU time of a round covers deliveries and not the loading of modules.
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Setting } from "./contender.ts";
import { steadyMs } from "./steady-clock.ts";
import { OwnProcess } from "./own-process.ts";

interface RunningWorker {
  readonly pid: number;
  go(): void;
  /** The next delivery that ended, if the setting asks for them. */
  ended(): Promise<{ readonly name: string; readonly at: number }>;
  stop(): Promise<void>;
}

export async function startWorker(
  file: string,
  { setting, nodeFlags = [] }: { readonly setting: Setting; readonly nodeFlags?: readonly string[] },
): Promise<RunningWorker> {
  const running = new OwnProcess(process.execPath, {
    args: [...nodeFlags, file, JSON.stringify(setting)],
    name: file,
  });
  await running.line();
  return {
    pid: running.pid,
    go: () => running.say("go"),
    ended: async () => {
      const [name = "", at] = (await running.line()).split(" ");
      return { name, at: Number(at) };
    },
    stop: () => running.stop(),
  };
}

/** Prints that this delivery has ended and is recorded so. */
export function sayEnded(name: string): void {
  process.stdout.write(`${name} ${steadyMs()}\n`);
}

/** The child's side, called by a contender's worker program. */
export async function runAsWorker(
  begin: (setting: Setting) => Promise<{ stop(): Promise<void> }>,
): Promise<void> {
  const setting = JSON.parse(process.argv[2] ?? "") as Setting;
  const input = createInterface({ input: process.stdin });
  const closed = once(input, "close");
  process.stdout.write("ready\n");
  const went = await Promise.race([once(input, "line"), closed]);
  if (went[0] === "go") {
    const worker = await begin(setting);
    await closed;
    await worker.stop();
  }
  process.exit(0);
}
