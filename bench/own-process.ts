/**
 * A process that the bench starts and that never outlives it.
 *
 * Each one ends when its stdin closes, so even a killed bench leaves nothing behind. One that does not end in
 * time is killed by its pid.
 */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface, type Interface } from "node:readline";

const LEAVE_MS = 10_000;

/** The running children, killed when the bench exits early. */
const running = new Set<ChildProcessWithoutNullStreams>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export class OwnProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #name: string;
  readonly #ended: Promise<void>;

  constructor(command: string, { args, name }: { readonly args: readonly string[]; readonly name: string }) {
    this.#name = name;
    this.#child = spawn(command, args, { stdio: "pipe" });
    this.#child.stderr.pipe(process.stderr);
    this.#lines = reading(this.#child)[Symbol.asyncIterator]();
    running.add(this.#child);
    this.#ended = new Promise((resolve) => {
      this.#child.once("close", () => {
        running.delete(this.#child);
        resolve();
      });
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#name} could not be started`);
    return this.#child.pid;
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.#name} ended before it was ready`);
    return value;
  }

  say(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Closes its stdin, which ends it. */
  async stop(): Promise<void> {
    this.#child.stdin.end();
    const late = setTimeout(() => this.#child.kill("SIGKILL"), LEAVE_MS);
    await this.#ended;
    clearTimeout(late);
  }
}

function reading({ stdout }: ChildProcessWithoutNullStreams): Interface {
  return createInterface({ input: stdout });
}
