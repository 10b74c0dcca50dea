/**
 * Removes the interim answers (HTTP 100, 102 to 199) that some servers and proxies send unasked before the real
 * one. undici treats a `100 Continue` as a broken connection, so behind such a server nothing could ever be
 * proven.
 *
 * It reads what the socket brings between a request and the head of its answer only. Anything that is not
 * clearly an interim answer is passed on unchanged, a switch of protocols (101) too.
 */
import type { Socket } from "node:net";

/** More than this before an answer is an attack. */
const MOST_BYTES = 65_536;
const INTERIM = /^HTTP\/1\.[01] 1(?:0[02-9]|[1-9]\d)[ \r]/;
/** How many characters are needed to recognise a status line. */
const STATUS_LINE_START = 13;
const STATUS_AT = 9;
const DIGIT_ONE = 49;

export class InterimAnswers {
  readonly #socket: Socket;
  readonly #read: () => Buffer | null;
  #isAwaiting = false;
  #held: Buffer = NOTHING;
  #left = MOST_BYTES;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#read = socket.read.bind(socket) as () => Buffer | null;
    // undici reads its socket by this method alone.
    socket.read = () => this.#next();
  }

  /** To be called when a request leaves: what comes next is its answer, or an interim one before it. */
  await(): void {
    this.#isAwaiting = true;
    this.#left = MOST_BYTES;
  }

  #next(): Buffer | null {
    for (;;) {
      const chunk = this.#read();
      if (chunk === null || !this.#isAwaiting) return chunk;
      const rest = this.#without(this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]));
      if (rest !== null) return rest;
    }
  }

  /** The bytes after the interim answers; null while none have come. */
  #without(bytes: Buffer): Buffer | null {
    let rest = bytes;
    for (;;) {
      // The usual case: the status begins with another digit.
      if (rest.length >= STATUS_LINE_START && rest[STATUS_AT] !== DIGIT_ONE) break;
      const head = rest.subarray(0, STATUS_LINE_START).toString("latin1");
      if (!INTERIM.test(head) && !mayBecome(head)) break;
      const end = rest.indexOf("\r\n\r\n");
      if (!INTERIM.test(head) || end === -1) return this.#hold(rest);
      this.#left -= end + 4;
      rest = rest.subarray(end + 4);
      if (rest.length === 0) return this.#hold(rest);
    }
    this.#held = NOTHING;
    this.#isAwaiting = false;
    return rest;
  }

  #hold(rest: Buffer): null {
    this.#held = rest;
    if (this.#left < rest.length) this.#socket.destroy(new TooManyInterimAnswers());
    return null;
  }
}

class TooManyInterimAnswers extends Error {
  readonly code = "TOO_MANY_INTERIM_ANSWERS";
}

/** Whether the bytes are too few to decide, and may become an interim answer. */
function mayBecome(head: string): boolean {
  return (
    head.length < STATUS_LINE_START &&
    STARTS.some((start) => start.startsWith(head) || head.startsWith(start))
  );
}

const STARTS = ["HTTP/1.1 1", "HTTP/1.0 1"];
const NOTHING = Buffer.alloc(0);
