/**
 * One connection of a wire: an undici client that holds one call at a time, and the TCP socket beneath it.
 *
 * It reconnects when the server has closed it. An idle connection is used again only for a short time: shorter
 * than common servers and balancers keep it open, and shorter than the server's `Keep-Alive` says.
 */
import type { Socket } from "node:net";
import { Client, type Dispatcher } from "undici";
import type { Clocks } from "./clocks.ts";
import type { Connector } from "./connector.ts";
import { InterimAnswers } from "./interim-answers.ts";
import type { NetworkRoute } from "./route.ts";

/** Node and Apache close after 5 s, balancers after 10 s and more. */
const IDLE_MS = 3_000;
/** A server's hint is shortened by this, because its close takes a while to arrive. */
const HINT_MARGIN_MS = 1_500;
const LARGEST_HEAD = 16_384;
const MUCH = 16_384;

export interface ConnectionOptions {
  readonly route: NetworkRoute;
  readonly connector: Connector;
  readonly clocks: Clocks;
}

export class PlatformConnection {
  readonly #client: Client;
  readonly #clocks: Clocks;
  #tcp: Socket | null = null;
  /** The TCP socket, or TLS over it. */
  #socket: Socket | null = null;
  #interim: InterimAnswers | null = null;
  #idleUntil = { monotonic: 0, wall: 0 };
  #keepMs = IDLE_MS;

  constructor({ route, connector, clocks }: ConnectionOptions) {
    this.#clocks = clocks;
    this.#client = new Client(route.origin.origin, {
      pipelining: 1,
      allowH2: false,
      // Off: the watchdog of the wire measures all times.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: LARGEST_HEAD,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      keepAliveTimeoutThreshold: HINT_MARGIN_MS,
      connect: (_, callback) =>
        connector.connect({ route, onTcp: (tcp) => void (this.#tcp = tcp) }, (...made) => {
          const [, socket] = made;
          this.#socket = socket;
          this.#interim = socket === null ? null : new InterimAnswers(socket);
          callback(...made);
        }),
    });
  }

  dispatch(options: Dispatcher.DispatchOptions, exchange: Dispatcher.DispatchHandler): void {
    this.#keepMs = IDLE_MS;
    this.#client.dispatch(options, exchange);
  }

  /** To be called when a request is handed to the socket. */
  awaitAnswer(): void {
    this.#interim?.await();
  }

  /**
   * Whether a large part of the request is still unsent although its answer has come: then the server cannot
   * have read it. A small part may only be bytes whose sending the socket has not reported yet.
   */
  isStillSending(): boolean {
    return (this.#socket?.writableLength ?? 0) > MUCH;
  }

  /** Takes the server's `Keep-Alive` hint: how long it keeps an idle connection. */
  hint(keepAlive: string): void {
    const seconds = /timeout\s*=\s*"?(\d+)/i.exec(keepAlive)?.[1];
    if (seconds === undefined) return;
    this.#keepMs = Math.min(IDLE_MS, Number(seconds) * 1_000 - HINT_MARGIN_MS);
  }

  rest(): void {
    const { monotonic, wall } = this.#clocks;
    this.#idleUntil = { monotonic: monotonic() + this.#keepMs, wall: wall() + this.#keepMs };
  }

  /**
   * Whether the connection may hold another call. Uses both clocks, so it is right after the process was
   * stopped or the machine suspended.
   */
  isUsable(): boolean {
    const { monotonic, wall } = this.#clocks;
    return monotonic() < this.#idleUntil.monotonic && wall() < this.#idleUntil.wall;
  }

  /**
   * Resets the connection, so that the kernel drops unsent bytes: after a plain close it would go on sending
   * them.
   */
  reset(): void {
    const tcp = this.#tcp;
    if (tcp !== null && !tcp.destroyed) {
      if (tcp.connecting) tcp.destroy();
      else tcp.resetAndDestroy();
    }
    void this.#client.destroy();
  }

  async close(): Promise<void> {
    await this.#client.destroy();
  }
}
