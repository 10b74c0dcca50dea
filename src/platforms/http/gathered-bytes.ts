/**
 * Bytes that arrive in pieces, in one buffer. A peer may send every byte as a piece of its own: a list of such pieces
 * takes a hundred times as much memory as their bytes.
 */
export class GatheredBytes {
  #buffer: Buffer = NOTHING;
  /** Whether the buffer may be written to: a first piece is kept as it came. */
  #isOwn = false;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Valid until the next piece is added. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  add(piece: Buffer): void {
    const at = this.#length;
    this.#length += piece.length;
    // Most bodies are one piece, and are not copied.
    if (at === 0) {
      this.#buffer = piece;
      this.#isOwn = false;
      return;
    }
    if (!this.#isOwn || this.#length > this.#buffer.length) this.#grow(at);
    piece.copy(this.#buffer, at);
  }

  /** Twice as much as is needed, so that each byte is copied about once more. */
  #grow(filled: number): void {
    const larger = Buffer.allocUnsafeSlow(2 * this.#length);
    this.#buffer.copy(larger, 0, 0, filled);
    this.#buffer = larger;
    this.#isOwn = true;
  }
}

const NOTHING = Buffer.alloc(0);
