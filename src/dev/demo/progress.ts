/**
 * The demo's progress: one line that is rewritten on a terminal, plain lines elsewhere. On stderr, so
 * that stdout holds the result alone.
 */
export interface Counts {
  readonly total: number;
  readonly waiting: number;
  readonly confirming: number;
  readonly confirmed: number;
  readonly dead: number;
}

const BAR_WIDTH = 30;
const PLAIN_EVERY_MS = 3_000;

export class Progress {
  readonly #stream: NodeJS.WriteStream;
  #plainAt = 0;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  say(line: string): void {
    this.#clear();
    this.#stream.write(`${line}\n`);
  }

  show({ total, waiting, confirming, confirmed, dead }: Counts, elapsedMs: number): void {
    const figures = `${confirmed} confirmed, ${confirming} being verified, ${waiting} to send, ${dead} dead`;
    if (this.#stream.isTTY) {
      const filled = Math.round((BAR_WIDTH * (confirmed + dead)) / Math.max(1, total));
      const bar = "█".repeat(filled).padEnd(BAR_WIDTH, "░");
      this.#stream.write(`\r\u001B[K${bar} ${figures}`);
    } else if (elapsedMs - this.#plainAt >= PLAIN_EVERY_MS) {
      this.#plainAt = elapsedMs;
      this.#stream.write(`${(elapsedMs / 1_000).toFixed(0).padStart(4)} s  ${figures}\n`);
    }
  }

  end(): void {
    this.#clear();
  }

  #clear(): void {
    if (this.#stream.isTTY) this.#stream.write("\r\u001B[K");
  }
}
