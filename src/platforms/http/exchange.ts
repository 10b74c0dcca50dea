/**
 * One call on one connection, from the wait for a socket to the last byte of its answer.
 *
 * What matters when a call fails is whether it left. Until its bytes are handed to a connected socket it has
 * not; from then on it may have.
 *
 *   waiting ─► left ─► answered
 *      │         └───► lost
 *      └─► not left
 */
import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { codeOf, NotConnected } from "./connector.ts";
import type { PlatformConnection } from "./connection.ts";
import { GatheredBytes } from "./gathered-bytes.ts";
import type { LatestDeparture } from "./latest-departure.ts";
import type { SendGuard } from "./send-guard.ts";
import type { Clocks } from "./clocks.ts";
import type { Watched } from "./watchdog.ts";

export const ANSWER_LIMIT_BYTES = 1024 * 1024;

/** How a call ended. `notLeft`: nothing of it was handed to a socket. */
export type CallEnding =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: Buffer;
    }
  /** `isLate`: its guard or `leaveBy` kept it from leaving. */
  | { readonly kind: "notLeft"; readonly detail: string; readonly isLate?: true }
  /** undici refuses to write it as a request. */
  | { readonly kind: "invalid" }
  | {
      readonly kind: "lost";
      readonly cause: "timeout" | "connection" | "unreadable";
      readonly detail: string;
    };

interface ExchangeOptions {
  readonly connectMs: number;
  readonly answerMs: number;
  readonly guard: SendGuard | null;
  /** The latest departure of a call that belongs to no send. */
  readonly leaveBy: LatestDeparture | null;
  readonly clocks: Clocks;
  /** The call was handed to a socket, so its time limit changes. */
  readonly onLeft: () => void;
  /** Called once. The connection may be used again only after a complete answer. */
  readonly onEnd: (ending: CallEnding, connection: PlatformConnection | null) => void;
}

const TOO_LATE = "it could not leave in time: Redis, the access token or the connection was slow";

export class Exchange implements Dispatcher.DispatchHandler, Watched {
  endsAt = Infinity;
  readonly #options: ExchangeOptions;
  #connection: PlatformConnection | null = null;
  #hasLeft = false;
  #isOver = false;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  readonly #body = new GatheredBytes();

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Ends the call if its latest departure passed while it waited for a connection; true if so. The connection
   * is then still unused.
   */
  endIfLate(): boolean {
    if (this.#options.leaveBy?.isPast() !== true) return false;
    this.#end({ kind: "notLeft", detail: TOO_LATE, isLate: true });
    return true;
  }

  /** Starts the call on its connection, which may have to connect first. */
  begin(connection: PlatformConnection, request: Dispatcher.DispatchOptions): void {
    const { clocks, connectMs } = this.#options;
    this.#connection = connection;
    this.endsAt = clocks.monotonic() + connectMs;
    connection.dispatch(request, this);
  }

  expire(): void {
    if (this.#hasLeft) this.#end({ kind: "lost", cause: "timeout", detail: "no answer in time" });
    else this.#end({ kind: "notLeft", detail: "no connection (in time)" });
  }

  /** Gives the call up: the worker stops, or another worker has the delivery now. */
  abort(): void {
    if (this.#hasLeft) this.#end({ kind: "lost", cause: "timeout", detail: "it was given up" });
    else this.#end({ kind: "notLeft", detail: "the worker is leaving" });
  }

  bar(): void {
    if (!this.#hasLeft) this.#end({ kind: "notLeft", detail: "its turn was given back" });
  }

  /** undici calls this right before it writes to a connected socket. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { guard, leaveBy, clocks, answerMs, onLeft } = this.#options;
    if (this.#isOver) return controller.abort(new Error("over"));
    if (this.#hasLeft) {
      this.#end({
        kind: "lost",
        cause: "connection",
        detail: "the connection broke (and it is not repeated)",
      });
      return controller.abort(new Error("twice"));
    }
    if (leaveBy?.isPast() === true || guard?.leave() === false) {
      this.#end({ kind: "notLeft", detail: TOO_LATE, isLate: true });
      return controller.abort(new Error("late"));
    }
    this.#hasLeft = true;
    this.#connection?.awaitAnswer();
    this.endsAt = clocks.monotonic() + answerMs;
    onLeft();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // An interim answer is not the answer.
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    const hint = headers["keep-alive"];
    if (hint !== undefined) this.#connection?.hint(String(hint));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    if (this.#body.length + chunk.length > ANSWER_LIMIT_BYTES) {
      return this.#end({ kind: "lost", cause: "unreadable", detail: "the answer is larger than 1 MiB" });
    }
    this.#body.add(chunk);
  }

  onResponseEnd(): void {
    const body = this.#body.bytes;
    const status = this.#status;
    // A refusal may come before the request was read completely. A success may not: it cannot be the answer to
    // this request.
    if (status < 300 && this.#connection?.isStillSending() === true) {
      this.#end({ kind: "lost", cause: "unreadable", detail: "it was answered before it was read" });
    } else this.#end({ kind: "answered", status, headers: this.#headers, body });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#hasLeft) {
      this.#end({ kind: "lost", cause: "connection", detail: `the connection broke (${codeOf(error)})` });
    } else if (codeOf(error) === "UND_ERR_INVALID_ARG" || codeOf(error) === "UND_ERR_NOT_SUPPORTED") {
      this.#end({ kind: "invalid" });
    } else {
      const why = error instanceof NotConnected ? error.message : codeOf(error);
      this.#end({ kind: "notLeft", detail: `no connection (${why})` });
    }
  }

  #end(ending: CallEnding): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onEnd(ending, this.#connection);
  }
}
