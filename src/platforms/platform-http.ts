/**
 * The wire to a platform, through undici (ARCHITECTURE section 6): connect 3 s, answer 10 s, at most 1 MiB, no
 * redirects, a keep-alive pool per account for sends and another one for checks.
 *
 * What matters when a call fails is whether it left. A call that never left is `unreachable`; one that left
 * without a complete answer is `lost`; one that cannot be written as a request is `invalid`.
 */
import type { Dispatcher } from "undici";
import { readBody } from "./http/body.ts";
import { PROCESS_CLOCKS, type Clocks } from "./http/clocks.ts";
import type { PlatformConnection } from "./http/connection.ts";
import { Connections } from "./http/connections.ts";
import { Connector } from "./http/connector.ts";
import type { LatestDeparture } from "./http/latest-departure.ts";
import type { SendGuard } from "./http/send-guard.ts";
import { ANSWER_LIMIT_BYTES, Exchange, type CallEnding } from "./http/exchange.ts";
import { isForwarded, type Proxy, type NetworkRoute } from "./http/route.ts";
import { PROXY_REFUSES } from "./http/tunnel.ts";
import { Watchdog } from "./http/watchdog.ts";

export interface PlatformCall {
  readonly method: "GET" | "POST";
  /** The path below the account's base URL. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /**
   * The guard of the send that this call belongs to; absent for other calls. The pipeline sets it, never a
   * channel.
   */
  readonly guard?: SendGuard | null;
  /**
   * The latest departure of a call that belongs to no send: `leaveBy` of its permit. Default: 5 s after the
   * call is made.
   */
  readonly leaveBy?: LatestDeparture | undefined;
  /**
   * The platform does not show whether this call arrived, so it uses a fresh connection: if a reused one broke,
   * the outcome would stay unknown for ever.
   */
  readonly isUnobservable?: boolean;
}

/** How one call on the wire ended. */
export type WireAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly retryAfter: string | null;
      readonly text: string;
    }
  /** `isLate`: its guard or its permit kept it from leaving; the platform is not the cause. */
  | { readonly kind: "unreachable"; readonly detail: string; readonly isLate?: true }
  | {
      readonly kind: "lost";
      readonly cause: "timeout" | "connection" | "unreadable";
      readonly detail: string;
    }
  /** It cannot be written as a request. Nothing left, and the platform is not the cause. */
  | { readonly kind: "invalid"; readonly detail: string };

export type PlatformAnswer =
  | WireAnswer
  /** It did not leave, because the account's own rate had no place for it. */
  | { readonly kind: "notPermitted"; readonly retryAfterMs: number };

/** Makes calls to a platform. Never throws for what the network or the platform does. */
export interface Wire {
  /**
   * True if the wire checks a call's `guard` and `leaveBy` when it hands the bytes to a connected socket. For
   * any other wire they are checked before it is called, and a call that it was given counts as having left.
   */
  readonly keepsGuards?: boolean;
  call(call: PlatformCall, signal: AbortSignal): Promise<WireAnswer>;
  close(): Promise<void>;
}

/** A wire whose calls are made over another one, and which keeps what that one keeps. */
export function wireOver(wire: Wire, call: Wire["call"]): Wire {
  return {
    get keepsGuards() {
      return wire.keepsGuards === true;
    },
    call,
    close: () => wire.close(),
  };
}

/** The network path of an account's calls. */
export interface Way {
  /** The proxy to the platform; null for none. */
  readonly proxy?: Proxy | null;
  /** Certificates to trust in addition to Node's own, as PEM. */
  readonly ca?: string | null;
}

export interface WireOptions extends Way {
  /** How many checks may be under way; further ones wait. Sends are limited by their caller and never wait. */
  readonly connections: number;
  /** Sent with every call, for example `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeouts?: WireTimeouts;
  readonly clocks?: Clocks;
}

interface WireTimeouts {
  /** From the start until the bytes are handed to a connected socket: name, TCP, proxy and TLS. */
  readonly connectMs: number;
  /** From there to the last byte of the answer. */
  readonly answerMs: number;
}

export const WIRE_TIMEOUTS: WireTimeouts = { connectMs: 3_000, answerMs: 10_000 };

export class PlatformWire implements Wire {
  readonly keepsGuards = true;
  readonly #route: NetworkRoute;
  readonly #basePath: string;
  readonly #headers: Readonly<Record<string, string>>;
  /** The headers of a call with a JSON body. */
  readonly #headersOfJson: Readonly<Record<string, string>>;
  readonly #timeouts: WireTimeouts;
  readonly #clocks: Clocks;
  readonly #watchdog: Watchdog;
  readonly #sends: Connections;
  readonly #checks: Connections;
  readonly #underWay = new WeakMap<AbortSignal, Set<Exchange>>();

  constructor(baseUrl: string, options: WireOptions) {
    const { connections, headers = {}, proxy = null, ca = null } = options;
    const { timeouts = WIRE_TIMEOUTS, clocks = PROCESS_CLOCKS } = options;
    const origin = new URL(baseUrl);
    this.#headers = { accept: "application/json", ...headers };
    this.#headersOfJson = { ...this.#headers, "content-type": "application/json" };
    this.#basePath = origin.pathname.replace(/\/+$/, "");
    this.#route = { origin, proxy, ca };
    this.#timeouts = timeouts;
    this.#clocks = clocks;
    this.#watchdog = new Watchdog(clocks);
    const shared = { route: this.#route, connector: new Connector(this.#route), clocks };
    this.#sends = new Connections(Infinity, shared);
    this.#checks = new Connections(connections, shared);
  }

  call(call: PlatformCall, signal: AbortSignal): Promise<WireAnswer> {
    if (signal.aborted) return Promise.resolve(LEAVING);
    let request: Dispatcher.DispatchOptions;
    try {
      request = this.#requestOf(call);
    } catch {
      // For example text that is not well-formed. The error is dropped, because it may quote the text.
      return Promise.resolve(INVALID);
    }
    return this.#exchange(call, { request, signal }).then((ending) => answerOf(this.#ofPlatform(ending)));
  }

  /**
   * Whether the platform can be reached: any answer counts. The call takes the same path as every other call;
   * only the date of its answer is kept.
   */
  async reach(signal: AbortSignal): Promise<Reached> {
    const call: PlatformCall = { method: "GET", path: this.#basePath === "" ? "/" : "" };
    const ending = this.#ofPlatform(await this.#exchange(call, { request: this.#requestOf(call), signal }));
    if (ending.kind !== "answered")
      return { kind: "silent", detail: ending.kind === "invalid" ? INVALID.detail : ending.detail };
    if (isForwarded(this.#route) && ending.status >= 502 && ending.status <= 504)
      return { kind: "silent", detail: `the proxy answered HTTP ${ending.status}` };
    return { kind: "answered", date: ending.headers.date ?? null };
  }

  /** A forward proxy may answer in the platform's place; its 407 shows that it forwarded nothing. */
  #ofPlatform(ending: CallEnding): CallEnding {
    const isProxys = ending.kind === "answered" && ending.status === 407 && isForwarded(this.#route);
    return isProxys ? { kind: "notLeft", detail: PROXY_REFUSES } : ending;
  }

  async close(): Promise<void> {
    await Promise.all([this.#sends.close(), this.#checks.close()]);
  }

  #requestOf(call: PlatformCall): Dispatcher.DispatchOptions {
    const { method, json, headers } = call;
    const { origin, proxy } = this.#route;
    const path = `${this.#basePath}${call.path}${queryOf(call)}`;
    const forwarded = isForwarded(this.#route);
    const usual = json === undefined ? this.#headers : this.#headersOfJson;
    const proxys =
      forwarded && proxy?.authorization != null ? { "proxy-authorization": proxy.authorization } : null;
    return {
      method,
      path: forwarded ? `${origin.origin}${path}` : path,
      headers: headers === undefined && proxys === null ? usual : { ...usual, ...headers, ...proxys },
      body: json === undefined ? null : JSON.stringify(json),
    };
  }

  #exchange(
    { guard = null, leaveBy, isUnobservable = false }: PlatformCall,
    { request, signal }: { readonly request: Dispatcher.DispatchOptions; readonly signal: AbortSignal },
  ): Promise<CallEnding> {
    const pool = guard === null ? this.#checks : this.#sends;
    const peers = this.#peersOf(signal);
    return new Promise((resolve) => {
      let stopWaiting = (): void => undefined;
      const onEnd = (ending: CallEnding, connection: PlatformConnection | null): void => {
        this.#watchdog.forget(exchange);
        peers.delete(exchange);
        unbar();
        stopWaiting();
        if (connection !== null) {
          if (ending.kind === "answered") pool.giveBack(connection);
          else pool.drop(connection);
        }
        resolve(ending);
      };
      const { connectMs, answerMs } = this.#timeouts;
      const onLeft = (): void => this.#watchdog.watch(exchange);
      const options = {
        connectMs,
        answerMs,
        guard,
        leaveBy: leaveBy ?? null,
        clocks: this.#clocks,
        onLeft,
        onEnd,
      };
      const exchange = new Exchange(options);
      const unbar = guard?.onBarred(() => exchange.bar()) ?? ((): void => undefined);
      const begin = (connection: PlatformConnection): boolean => {
        if (exchange.endIfLate()) return false;
        exchange.begin(connection, request);
        if (!exchange.isOver) this.#watchdog.watch(exchange);
        return true;
      };
      if (exchange.endIfLate()) return;
      peers.add(exchange);
      const connection = pool.take({ isFresh: isUnobservable });
      if (connection === null) stopWaiting = pool.whenFree(begin);
      else begin(connection);
    });
  }

  /**
   * The calls under way with this signal. They share one listener on it, because removing a listener takes time
   * in proportion to their number.
   */
  #peersOf(signal: AbortSignal): Set<Exchange> {
    const known = this.#underWay.get(signal);
    if (known !== undefined) return known;
    const peers = new Set<Exchange>();
    this.#underWay.set(signal, peers);
    signal.addEventListener("abort", () => [...peers].forEach((exchange) => exchange.abort()), {
      once: true,
    });
    return peers;
  }
}

type Reached =
  | { readonly kind: "answered"; readonly date: string | null }
  | { readonly kind: "silent"; readonly detail: string };

const LEAVING: WireAnswer = { kind: "unreachable", detail: "the worker is leaving" };
const INVALID = {
  kind: "invalid" as const,
  detail: "no request can be made of it: it has text that is not well-formed",
};

function answerOf(ending: CallEnding): WireAnswer {
  switch (ending.kind) {
    case "notLeft":
      return ending.isLate === true
        ? { kind: "unreachable", detail: ending.detail, isLate: true }
        : { kind: "unreachable", detail: ending.detail };
    case "invalid":
      return INVALID;
    case "lost":
      return ending;
    case "answered": {
      const { status, headers, body } = ending;
      const type = first(headers["content-type"]) ?? undefined;
      const text = readBody(body, {
        contentEncoding: headers["content-encoding"],
        limit: ANSWER_LIMIT_BYTES,
        contentType: type,
      });
      // For a refusal the status is enough, even without a readable body.
      if (text === null && isSuccess(status)) {
        return { kind: "lost", cause: "unreadable", detail: "the answer is broken, or larger than 1 MiB" };
      }
      return { kind: "answered", status, retryAfter: first(headers["retry-after"]), text: text ?? "" };
    }
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function first(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

function queryOf({ query }: PlatformCall): string {
  if (query === undefined) return "";
  // A token is a text of the platform: half a character in it cannot be encoded.
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`,
  );
  return `?${pairs.join("&")}`;
}
