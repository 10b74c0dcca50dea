/**
 * Shows the progress of long work: on a terminal one line that is rewritten, otherwise a plain line now and
 * then.
 */
import stringWidth from "string-width";

const BAR_CELLS = 24;
const REDRAW_EVERY_MS = 100;
const PLAIN_EVERY_MS = 2_000;

export class ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  readonly #now: () => number;
  #shownAt: number;

  constructor(stream: NodeJS.WriteStream, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
    this.#shownAt = stream.isTTY ? Number.NEGATIVE_INFINITY : now();
  }

  /** `share` is null while the total is unknown. */
  show(share: number | null, figures: string): void {
    const pauseMs = this.#stream.isTTY ? REDRAW_EVERY_MS : PLAIN_EVERY_MS;
    if (this.#now() - this.#shownAt < pauseMs) return;
    this.#shownAt = this.#now();
    const percent = share === null ? "" : `${Math.floor(share * 100)} % `.padStart(6);
    if (!this.#stream.isTTY) {
      this.#stream.write(`${percent}${figures}\n`);
      return;
    }
    const bar = share === null ? "" : `${"█".repeat(Math.round(share * BAR_CELLS)).padEnd(BAR_CELLS, "░")} `;
    const line = `${bar}${percent}${figures}`;
    // A line that wraps cannot be rewritten, so it is not shown.
    if (stringWidth(line) < (this.#stream.columns || 80)) this.#stream.write(`\r\u001B[K${line}`);
  }

  end(): void {
    if (this.#stream.isTTY) this.#stream.write("\r\u001B[K");
  }
}
