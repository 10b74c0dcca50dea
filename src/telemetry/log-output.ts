/**
 * Writes log lines to a file descriptor, each by one synchronous write.
 *
 * Deliveries go on when the log cannot be written. Pino's own output would block the whole process, SIGTERM and
 * /livez included, while a disk is full or a reader does not read. Here such lines are dropped and counted, and
 * the count is logged as soon as lines can be written again.
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

/**
 * How long a line waits for a busy reader of a pipe. After one line has waited without success, others do not
 * wait until the reader reads again.
 */
const PAUSE_MS = 10;
const MOST_PAUSES = 10;

export function logOutput(
  fd: number,
  { write = writeSync, pause = sleep }: LogOutputOptions = {},
): LogOutput {
  let missing = 0;
  let why = "";
  let isClosed = false;
  /** The last line was written only in part, so the next one must begin on a new line. */
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
        // The reader is gone for good.
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
