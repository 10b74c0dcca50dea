/**
 * A body that arrives in small pieces, in larger ones. A caller with `Transfer-Encoding: chunked` may send every byte as
 * a chunk of its own, and whoever keeps a list of them needs a hundred times their bytes.
 */
import { pipeline, Transform, type Readable, type TransformCallback } from "node:stream";
import { GatheredBytes } from "../../platforms/http/gathered-bytes.ts";

const LEAST_BYTES = 65_536;

export function inLargerPieces(body: Readable): Readable {
  // How it ends is told by the stream that is returned.
  return pipeline(body, new LargerPieces(), () => undefined);
}

class LargerPieces extends Transform {
  #gathered = new GatheredBytes();

  override _transform(...[piece, , done]: [Buffer, BufferEncoding, TransformCallback]): void {
    this.#gathered.add(piece);
    if (this.#gathered.length >= LEAST_BYTES) this.#pass();
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#pass();
    done();
  }

  #pass(): void {
    if (this.#gathered.length > 0) this.push(this.#gathered.bytes);
    this.#gathered = new GatheredBytes();
  }
}
