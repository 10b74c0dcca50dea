/**
 * What becomes of a command whose output cannot be written: its reader has left (`bida list | head`), or the disk is full.
 *
 * A command that only reads ends there. One that has begun to change something goes on to its end: else a part of its
 * work would be left undone, and its exit status would say nothing of that.
 */
import { EXIT, type ExitStatus } from "../doors/cli/exit-status.ts";

interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export class Printing {
  #hasChanged = false;
  /** Whether something could not be written that somebody waits for. */
  #isMissing = false;

  constructor({ stdout, stderr }: Streams, exit: (status: ExitStatus) => void) {
    stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
      const hasReader = code !== "EPIPE";
      if (hasReader && !this.#isMissing)
        stderr.write(`What is printed cannot be written (${code ?? message})\n`);
      this.#isMissing ||= hasReader;
      if (!this.#hasChanged) exit(hasReader ? EXIT.failed : EXIT.ok);
    });
    // Nobody reads the remarks; what is done does not depend on them.
    stderr.on("error", () => undefined);
  }

  /** The same `fetch`; from its first call that is no question on, the command goes on to its end. */
  watching(ask: typeof fetch): typeof fetch {
    return async (input, init) => {
      this.#hasChanged ||= (init?.method ?? "GET") !== "GET";
      return ask(input, init);
    };
  }

  /** @param status of the work itself */
  statusOf(status: ExitStatus | null): ExitStatus | null {
    return status === EXIT.ok && this.#isMissing ? EXIT.failed : status;
  }
}
