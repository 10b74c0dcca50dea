/**
 * Where log lines go: to a file descriptor, each by one write, before the next thing happens.
 *
 * Deliveries go on when the log cannot be written. Pino's own output would block the whole process for as long as a disk
 * is full or a reader does not read, SIGTERM and /livez included. Here such lines are left out and counted, and the count
 * is logged as soon as lines can be written again.
 */
import { writeSync } from "node:fs";
import type { DestinationStream } from "pino";

export interface LogOutput extends DestinationStream {
  /** Called when lines can be written again: how many are missing, and why. */
  onRecovered: (missing: number, code: string) => void;
}

interface LogOutputOptions {
  readonly write?: (fd: number, bytes: Uint8Array) => number;
  readonly pause?: (ms: number) => void;
}

/** How long a line may wait for a busy reader of a pipe. After one that was in vain, none waits until the reader reads. */
const PAUSE_MS = 10;
const MOST_PAUSES = 10;

export function logOutput(
  fd: number,
  { write = writeSync, pause = sleep }: LogOutputOptions = {},
): LogOutput {
  let missing = 0;
  let why = "";
  let isClosed = false;
  /** The last line was cut short: the next one must begin on a new line. */
  let isTorn = false;
  const put = (line: string): void => {
    let rest: Uint8Array = Buffer.from(isTorn ? `\n${line}` : line);
    let pauses = missing > 0 ? MOST_PAUSES : 0;
    while (rest.length > 0) {
      try {
        const written = write(fd, rest);
        isTorn = written < rest.length;
        rest = rest.subarray(written);
      } catch (error) {
        why = codeOf(error);
        if (why !== "EAGAIN" || pauses >= MOST_PAUSES) throw error;
        pauses += 1;
        pause(PAUSE_MS);
      }
    }
  };
  const output: LogOutput = {
    onRecovered: () => undefined,
    write: (line) => {
      if (isClosed) return;
      try {
        put(line);
      } catch {
        missing += 1;
        // Nobody will ever read it.
        isClosed = why === "EPIPE";
        return;
      }
      if (missing === 0) return;
      const count = missing;
      missing = 0;
      output.onRecovered(count, why);
    },
  };
  return output;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

const never = new Int32Array(new SharedArrayBuffer(4));

function sleep(ms: number): void {
  Atomics.wait(never, 0, 0, ms);
}
