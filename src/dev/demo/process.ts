/**
 * Child processes of the demo, in a group of their own: Ctrl-C reaches the demo first, which then stops
 * them in order.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export class DemoProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  constructor(
    script: URL,
    {
      args,
      options,
    }: {
      readonly args: readonly string[];
      readonly options: { env?: NodeJS.ProcessEnv; stdout: "pipe" | "ignore" };
    },
  ) {
    this.#child = spawn(process.execPath, [script.pathname, ...args], {
      detached: true,
      stdio: ["ignore", options.stdout, "inherit"],
      env: { ...process.env, ...options.env },
    });
    this.#exited = once(this.#child, "exit");
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The first line that the process prints. */
  async firstLine(): Promise<string> {
    const { stdout } = this.#child;
    if (stdout === null) throw new Error("this process prints to nowhere");
    const lines = createInterface({ input: stdout });
    const [line] = (await Promise.race([
      once(lines, "line"),
      this.#exited.then(() => {
        throw new Error("the process ended before it said anything");
      }),
    ])) as [string];
    return line;
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  /** Sends SIGTERM, and SIGKILL if the process has not ended after 28 s. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGTERM");
    const impatience = setTimeout(() => this.#child.kill("SIGKILL"), 28_000);
    await this.#exited;
    clearTimeout(impatience);
  }
}
