/**
 * A body that arrives in chunks (`Transfer-Encoding: chunked`), in larger pieces.
 *
 * The HTTP parser runs our code once a chunk, also while nobody reads the body. A caller may send every byte as a chunk
 * of its own: megabytes of them would keep the process from everything else. So every chunk counts, before and after the
 * answer, and a connection whose chunks are absurdly small is no longer read.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { GatheredBytes } from "../../platforms/http/gathered-bytes.ts";

/** So many may be of any length: some clients send each token of a JSON text as a chunk. */
const CHUNKS_OF_ANY_LENGTH = 10_000;
const LEAST_AVERAGE_BYTES = 64;
const LEAST_BYTES = 65_536;
/** A connection that is closed at once may lose the answer that was sent before. */
const LINGER_MS = 2_000;

class BrokenBody extends Error {
  readonly statusCode = 400;
}

export class TinyChunks extends BrokenBody {}

export class ChunkedBody extends Readable {
  readonly #request: IncomingMessage;
  #chunks = 0;
  #bytes = 0;
  #gathered = new GatheredBytes();
  #isAnswered = false;

  constructor(request: IncomingMessage, response: ServerResponse) {
    super();
    this.#request = request;
    request.on("data", this.#add);
    request.once("end", () => this.#end());
    request.once("close", () => {
      if (!request.complete) this.destroy(new BrokenBody("the body broke off"));
    });
    response.once("close", () => this.#dropTheRest());
    // A body that breaks off before anybody reads it; whoever takes it over looks at `errored` first.
    this.on("error", () => undefined);
  }

  override _read(): void {
    this.#request.resume();
  }

  readonly #add = (chunk: Buffer): void => {
    this.#chunks += 1;
    this.#bytes += chunk.length;
    if (this.#chunks > CHUNKS_OF_ANY_LENGTH && this.#bytes < LEAST_AVERAGE_BYTES * this.#chunks)
      return this.#refuse();
    if (this.#isAnswered) return;
    this.#gathered.add(chunk);
    if (this.#gathered.length >= LEAST_BYTES && !this.#pass()) this.#request.pause();
  };

  #pass(): boolean {
    const { bytes } = this.#gathered;
    this.#gathered = new GatheredBytes();
    return this.push(bytes);
  }

  #end(): void {
    if (this.destroyed || this.#isAnswered) return;
    if (this.#gathered.length > 0) this.#pass();
    this.push(null);
  }

  #refuse(): void {
    const { socket } = this.#request;
    this.#request.off("data", this.#add);
    stopReading(socket);
    if (this.#isAnswered) return closeSoon(socket);
    // What Node calls after an answer with `Connection: close`.
    socket.destroySoon = () => closeSoon(socket);
    this.destroy(new TinyChunks());
  }

  #dropTheRest(): void {
    this.#isAnswered = true;
    this.#gathered = new GatheredBytes();
    if (!this.destroyed) this.#request.resume();
  }
}

function stopReading(socket: Socket): void {
  // The request resumes its socket when its buffer has room.
  socket.on("resume", () => socket.pause());
  socket.pause();
}

function closeSoon(socket: Socket): void {
  socket.end();
  const closing = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once("close", () => clearTimeout(closing));
}
