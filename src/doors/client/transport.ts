/**
 * Makes calls of the API over `fetch`, and retries them.
 *
 * Only safe calls are retried: reads, sends with a key, and calls that the API says it has not begun (429). If
 * the answer to a replay or a discard is lost, the caller must find out whether it was done.
 */
import { readAnswerBody, type Numbers } from "./answer-numbers.ts";
import { writeBody } from "./body.ts";
import { BidaError } from "./errors.ts";
import { errorOf, notBida, unreachable } from "./read-answer.ts";

interface TransportOptions {
  /** The URL of the API: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly key: string | null;
  readonly fetch: typeof fetch;
  /** The time limit for one answer. */
  readonly timeoutMs: number;
  /** How long a call may be retried. */
  readonly patienceMs: number;
  /** Whether it runs on the console's pages, where the browser sends the session's cookie. */
  readonly isConsole: boolean;
  readonly numbers: Numbers;
  readonly onWait: OnWait;
}

/**
 * Called before each pause after which a call is retried.
 *
 * @param waitedMs since the beginning of the call, this pause included
 */
export type OnWait = (why: BidaError, waitedMs: number) => void;

type Value = string | number | undefined;

interface ApiCall {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, Value>>;
  readonly body?: unknown;
  /** A body that is already written as text. */
  readonly text?: string;
  /** Whether making the call twice has the same effect as once. */
  readonly isRepeatable: boolean;
  /** Headers in addition to those of every call. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** @throws BidaError */
  async json<T>(given: ApiCall): Promise<T> {
    const call = written(given);
    return this.#repeating(call, async () => {
      const answer = await this.#fetch(call, this.#signalFor(call));
      if (!answer.ok) throw await errorOf(answer, isRead(call));
      const text = await answer.text().catch(() => "");
      const body = readAnswerBody(text, this.#options.numbers);
      if (body === undefined) throw notBida(answer, isRead(call));
      return body as T;
    });
  }

  /** The answer as a stream, for large answers. The time limit applies only to its beginning. */
  async stream(call: ApiCall): Promise<ReadableStream<Uint8Array>> {
    return this.#repeating(call, async () => {
      const answer = await this.#fetch(call, call.signal ?? null);
      if (!answer.ok) throw await errorOf(answer, isRead(call));
      if (answer.body === null) throw notBida(answer, isRead(call));
      return answer.body;
    });
  }

  #signalFor({ timeoutMs, signal }: ApiCall): AbortSignal {
    const late = AbortSignal.timeout(timeoutMs ?? this.#options.timeoutMs);
    return signal === undefined ? late : AbortSignal.any([signal, late]);
  }

  async #fetch(call: ApiCall, until: AbortSignal | null): Promise<Response> {
    const { path, query, text, signal } = call;
    const { url, key, fetch: ask, isConsole } = this.#options;
    const base = url.replace(/\/+$/, "");
    const target = `${base}${path}${queryOf(query)}`;
    const init: RequestInit = {
      method: methodOf(call),
      headers: {
        accept: "application/json",
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(isConsole ? { "x-bida-console": "1" } : {}),
        ...(text === undefined ? {} : { "content-type": "application/json" }),
        ...call.headers,
      },
      redirect: "error",
      signal: until,
      ...(text === undefined ? {} : { body: text }),
    };
    try {
      return await ask(target, init);
    } catch (error) {
      // If the caller has aborted, its own reason is thrown.
      signal?.throwIfAborted();
      const isWritten = canBeWritten(target, init);
      throw unreachable(error, { url: base, isRead: isRead(call), isWritten });
    }
  }

  async #repeating<T>(call: ApiCall, once: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const until = startedAt + this.#options.patienceMs;
    for (let pauses = 0; ; pauses += 1) {
      try {
        return await once();
      } catch (error) {
        if (!(error instanceof BidaError) || !mayRepeat(error, call)) throw error;
        const pauseMs = pauseBefore(error, pauses);
        if (performance.now() + pauseMs > until) throw error;
        this.#options.onWait(error, performance.now() + pauseMs - startedAt);
        await pause(pauseMs, call.signal);
      }
    }
  }
}

/** Writes the body before the first try, so that a body which cannot be written is never sent. @throws BidaError */
function written(call: ApiCall): ApiCall {
  return call.body === undefined ? call : { ...call, text: writeBody(call.body) };
}

/**
 * Whether a request can be made of it. `fetch` throws before it asks where none can; its error does not tell, because a
 * browser's error for a lost answer is a TypeError without a cause as well.
 */
function canBeWritten(target: string, init: RequestInit): boolean {
  try {
    // On a page the address may be relative.
    return new Request(new URL(target, "http://here"), init) instanceof Request;
  } catch {
    return false;
  }
}

function methodOf({ method, text }: ApiCall): NonNullable<ApiCall["method"]> {
  return method ?? (text === undefined ? "GET" : "POST");
}

function isRead(call: ApiCall): boolean {
  return methodOf(call) === "GET";
}

function mayRepeat({ status, cause }: BidaError, { isRepeatable }: ApiCall): boolean {
  if (status === 429) return true;
  // No request can be made of it, however often it is tried.
  if (status === null && cause === undefined) return false;
  return isRepeatable && (status === null || status === 502 || status === 503 || status === 504);
}

/** The pause before a retry, in ms: at least as long as the API asks, otherwise growing, with jitter. */
export function pauseBefore({ retryAfterMs }: Pick<BidaError, "retryAfterMs">, pauses: number): number {
  const own = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** pauses);
  return Math.max(retryAfterMs ?? 0, own * (0.5 + Math.random() / 2));
}

export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    const abort = (): void => {
      end();
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      end();
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

function queryOf(query: ApiCall["query"] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
}
