/**
 * The wire to a platform, through undici (DESIGN section 6): connect 3 s, headers and body 10 s, answer
 * at most 1 MiB, no redirects, a keep-alive pool per account.
 *
 * The one question that matters when a call fails: did it leave? What never left is `unreachable`; what
 * left and did not come back whole is `lost`.
 */
import { EventEmitter } from "node:events";
import { buildConnector, errors, Pool, type Dispatcher } from "undici";

export interface PlatformCall {
  readonly method: "GET" | "POST";
  /** Path under the account's base URL. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** What became of one call on the wire. */
export type WireAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly retryAfter: string | null;
      readonly text: string;
    }
  | { readonly kind: "unreachable"; readonly detail: string }
  | {
      readonly kind: "lost";
      readonly cause: "timeout" | "connection" | "unreadable";
      readonly detail: string;
    };

export type PlatformAnswer =
  | WireAnswer
  /** It did not leave: the account's own rate had no place for it. */
  | { readonly kind: "notPermitted"; readonly retryAfterMs: number };

/** The way to a platform. Never throws for what the network or the platform does. */
export interface Wire {
  call(call: PlatformCall, signal: AbortSignal): Promise<WireAnswer>;
  close(): Promise<void>;
}

export interface WireOptions {
  /** Connections at most; calls beyond wait inside undici. */
  readonly connections: number;
  /** Sent with every call, for example `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeouts?: WireTimeouts;
}

export interface WireTimeouts {
  readonly connectMs: number;
  readonly answerMs: number;
}

export const WIRE_TIMEOUTS: WireTimeouts = { connectMs: 3_000, answerMs: 10_000 };
const ANSWER_LIMIT_BYTES = 1024 * 1024;

/** A connection that was never made (refused, no such name, TLS, too late): nothing can have left. */
class NotConnected extends Error {
  constructor(cause: Error) {
    super(codeOf(cause) ?? "unknown cause", { cause });
  }
}

function connectorOf(timeoutMs: number): buildConnector.connector {
  const connector = buildConnector({ timeout: timeoutMs });
  return (options, callback) => {
    connector(options, (error, socket) => {
      if (error === null) callback(null, socket);
      else callback(new NotConnected(error), null);
    });
  };
}

export class PlatformWire implements Wire {
  readonly #pool: Pool;
  readonly #basePath: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeouts: WireTimeouts;

  constructor(baseUrl: string, { connections, headers = {}, timeouts = WIRE_TIMEOUTS }: WireOptions) {
    const url = new URL(baseUrl);
    this.#headers = headers;
    this.#basePath = url.pathname.replace(/\/$/, "");
    this.#timeouts = timeouts;
    this.#pool = new Pool(url.origin, {
      connections,
      pipelining: 1,
      connect: connectorOf(timeouts.connectMs),
      headersTimeout: timeouts.answerMs,
      bodyTimeout: timeouts.answerMs,
      maxResponseSize: ANSWER_LIMIT_BYTES,
    });
  }

  async call(call: PlatformCall, signal: AbortSignal): Promise<WireAnswer> {
    if (signal.aborted) return { kind: "unreachable", detail: "the worker is leaving" };
    try {
      const answer = await this.#pool.request({
        method: call.method,
        path: `${this.#basePath}${call.path}${queryOf(call)}`,
        headers: {
          accept: "application/json",
          ...this.#headers,
          ...(call.json === undefined ? {} : { "content-type": "application/json" }),
          ...call.headers,
        },
        ...(call.json === undefined ? {} : { body: JSON.stringify(call.json) }),
        signal: relayOf(signal),
      });
      const text = await readInTime(answer.body, this.#timeouts.answerMs);
      const retryAfter = answer.headers["retry-after"];
      return {
        kind: "answered",
        status: answer.statusCode,
        retryAfter: (Array.isArray(retryAfter) ? retryAfter[0] : retryAfter) ?? null,
        text,
      };
    } catch (error) {
      return lostOrNeverLeft(error);
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

function queryOf({ query }: PlatformCall): string {
  if (query === undefined) return "";
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return `?${pairs.join("&")}`;
}

/** A slow drip resets undici's body timer with each byte, so the whole body has a limit of its own. */
async function readInTime(body: Dispatcher.ResponseData["body"], limitMs: number): Promise<string> {
  const late = setTimeout(() => body.destroy(new errors.BodyTimeoutError()), limitMs);
  try {
    return await body.text();
  } finally {
    clearTimeout(late);
  }
}

const relays = new WeakMap<AbortSignal, EventEmitter>();

/**
 * One listener on the signal, however many calls are under way: an AbortSignal walks all its listeners
 * for each one that comes or goes, an emitter does not.
 */
function relayOf(signal: AbortSignal): EventEmitter {
  const known = relays.get(signal);
  if (known !== undefined) return known;
  const relay = new EventEmitter().setMaxListeners(0);
  relays.set(signal, relay);
  signal.addEventListener("abort", () => relay.emit("abort"), { once: true });
  return relay;
}

function lostOrNeverLeft(error: unknown): WireAnswer {
  if (error instanceof NotConnected)
    return { kind: "unreachable", detail: `no connection (${error.message})` };
  const code = codeOf(error);
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    return { kind: "lost", cause: "unreadable", detail: "the answer is larger than 1 MiB" };
  }
  if (isTimeout(error, code)) return { kind: "lost", cause: "timeout", detail: "no answer in time" };
  // The message of a transport error may hold the URL, and with it the token: the code is enough.
  return { kind: "lost", cause: "connection", detail: `the connection broke (${code ?? "unknown cause"})` };
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code: unknown = "code" in error ? error.code : null;
  if (typeof code === "string") return code;
  return error.cause === undefined ? null : codeOf(error.cause);
}

function isTimeout(error: unknown, code: string | null): boolean {
  return (
    code === "UND_ERR_HEADERS_TIMEOUT" ||
    code === "UND_ERR_BODY_TIMEOUT" ||
    error instanceof errors.RequestAbortedError ||
    (error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError"))
  );
}
