/**
 * The wire to a platform, through undici (ARCHITECTURE section 6): connect 3 s, answer 10 s, at most 1 MiB, no
 * redirects, a keep-alive pool per account for sends and another one for checks.
 *
 * The one question that matters when a call fails: did it leave? What never left is `unreachable`; what
 * left and did not come back whole is `lost`; what cannot be written as a request is `invalid`.
 */
import type { Dispatcher } from "undici";
import { readBody } from "./http/body.ts";
import { PROCESS_CLOCKS, type Clocks } from "./http/clocks.ts";
import type { Connection } from "./http/connection.ts";
import { Connections } from "./http/connections.ts";
import { Connector } from "./http/connector.ts";
import type { LatestDeparture } from "./http/latest-departure.ts";
import type { SendGuard } from "./http/send-guard.ts";
import { ANSWER_LIMIT_BYTES, Exchange, type Ending } from "./http/exchange.ts";
import { isForwarded, type Proxy, type Route } from "./http/route.ts";
import { PROXY_REFUSES } from "./http/tunnel.ts";
import { Watchdog } from "./http/watchdog.ts";

export interface PlatformCall {
  readonly method: "GET" | "POST";
  /** Path under the account's base URL. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /**
   * The permission of the send that this call belongs to; absent for a question. The pipeline adds it, no
   * channel does.
   */
  readonly guard?: SendGuard | null;
  /** When a question must have left: `leaveBy` of its permit. Without one it leaves within 5 s of its call. */
  readonly leaveBy?: LatestDeparture | undefined;
  /**
   * The platform does not show whether this call arrived, so it goes over a connection of its own: if a kept one
   * broke under it, its outcome would stay unknown for ever.
   */
  readonly isUnobservable?: boolean;
}

/** What became of one call on the wire. */
export type WireAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly retryAfter: string | null;
      readonly text: string;
    }
  /** `isLate`: only its guard or its permit kept it from leaving. The platform is not the cause. */
  | { readonly kind: "unreachable"; readonly detail: string; readonly isLate?: true }
  | {
      readonly kind: "lost";
      readonly cause: "timeout" | "connection" | "unreadable";
      readonly detail: string;
    }
  /** It can never become a request. Nothing left, and the platform is not the cause. */
  | { readonly kind: "invalid"; readonly detail: string };

export type PlatformAnswer =
  | WireAnswer
  /** It did not leave: the account's own rate had no place for it. */
  | { readonly kind: "notPermitted"; readonly retryAfterMs: number };

/** The way to a platform. Never throws for what the network or the platform does. */
export interface Wire {
  /**
   * Asks a call's `guard` and `leaveBy` at the moment when its bytes are handed to a connected socket. Where a wire
   * does not, they are asked before the wire is, and what the wire was given counts as having left.
   */
  readonly keepsGuards?: boolean;
  call(call: PlatformCall, signal: AbortSignal): Promise<WireAnswer>;
  close(): Promise<void>;
}

/** How calls get to where they go. */
export interface Way {
  /** The proxy that leads to the platform; null for none. */
  readonly proxy?: Proxy | null;
  /** Certificates to trust beside those that Node knows, as PEM. */
  readonly ca?: string | null;
}

export interface WireOptions extends Way {
  /** Checks under way at most; more wait. Sends are bounded by whoever makes them, and never wait. */
  readonly connections: number;
  /** Sent with every call, for example `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeouts?: WireTimeouts;
  readonly clocks?: Clocks;
}

interface WireTimeouts {
  /** Until the bytes are handed to a connected socket: name, TCP, proxy and TLS. */
  readonly connectMs: number;
  /** From there to the last byte of the answer. */
  readonly answerMs: number;
}

export const WIRE_TIMEOUTS: WireTimeouts = { connectMs: 3_000, answerMs: 10_000 };

export class PlatformWire implements Wire {
  readonly keepsGuards = true;
  readonly #route: Route;
  readonly #basePath: string;
  readonly #headers: Readonly<Record<string, string>>;
  /** The same of a call with a body. */
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
      // Text that is not well-formed, say. What is thrown may quote it.
      return Promise.resolve(INVALID);
    }
    return this.#exchange(call, { request, signal }).then((ending) => answerOf(this.#ofPlatform(ending)));
  }

  /**
   * Whether the platform can be reached: any answer counts. The call goes the same way as every call, and only
   * the date of its answer is kept.
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

  /** A forward proxy may answer in the platform's place; its 407 says that it forwarded nothing. */
  #ofPlatform(ending: Ending): Ending {
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
  ): Promise<Ending> {
    const pool = guard === null ? this.#checks : this.#sends;
    const peers = this.#peersOf(signal);
    return new Promise((resolve) => {
      let stopWaiting = (): void => undefined;
      const onEnd = (ending: Ending, connection: Connection | null): void => {
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
      const begin = (connection: Connection): boolean => {
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

  /** One listener on the signal, however many calls are under way: a signal walks all its listeners. */
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

function answerOf(ending: Ending): WireAnswer {
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
      // The status of a refusal speaks for itself.
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
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return `?${pairs.join("&")}`;
}
