/**
 * Makes connections: TCP, where needed with a tunnel through a proxy, and with TLS.
 *
 * Bida makes the TCP socket itself and keeps it known beneath TLS, because only a reset of it drops the bytes
 * that the kernel still holds. HTTP/2 is never negotiated: many calls would share one connection, and it could
 * not be reset for one of them.
 */
import { connect as connectTcp, type Socket } from "node:net";
import { createSecureContext, getCACertificates } from "node:tls";
import { buildConnector } from "undici";
import { endpointOf, isForwarded, type NetworkRoute } from "./route.ts";
import { sharedLookup } from "./shared-lookup.ts";
import { openTunnel } from "./tunnel.ts";

/** No connection was made (refused, no such name, TLS, too late): nothing can have left. */
export class NotConnected extends Error {
  constructor(reason: string, cause?: Error) {
    super(reason, cause === undefined ? {} : { cause });
  }
}

interface Connecting {
  readonly route: NetworkRoute;
  /** Called at once, before the socket is connected. */
  readonly onTcp: (tcp: Socket) => void;
}

type Finished = buildConnector.Callback;

/** Makes the connections of one wire, which share their TLS sessions. */
export class Connector {
  readonly #tls: buildConnector.connector;

  constructor({ ca }: Pick<NetworkRoute, "ca">) {
    const trusted =
      ca === null
        ? {}
        : { secureContext: createSecureContext({ ca: [...getCACertificates("default"), ca] }) };
    // `timeout: 0`: undici's timer counts ticks of the event loop; the wire's watchdog measures real time.
    this.#tls = buildConnector({ allowH2: false, timeout: 0, ...trusted });
  }

  connect({ route, onTcp }: Connecting, finished: Finished): void {
    let isOver = false;
    const tcp = openTcp(route);
    onTcp(tcp);
    const fail = (error: Error): void => {
      if (isOver) return;
      isOver = true;
      tcp.destroy();
      finished(error instanceof NotConnected ? error : new NotConnected(codeOf(error), error), null);
    };
    const close = (): void => fail(new NotConnected("it was closed"));
    // The error listener stays for good: a reset beneath TLS emits an error.
    tcp.on("error", fail).once("close", close);
    tcp.once("connect", () => {
      this.#secure(tcp, route).then((socket) => {
        if (isOver) return undefined;
        isOver = true;
        tcp.off("close", close);
        return finished(null, socket);
      }, fail);
    });
  }

  async #secure(tcp: Socket, route: NetworkRoute): Promise<Socket> {
    const { origin, proxy } = route;
    let socket = tcp;
    if (proxy?.url.protocol === "https:") socket = await this.#handshake(socket, proxy.url);
    if (proxy !== null && !isForwarded(route))
      await openTunnel(socket, { target: endpointOf(origin), authorization: proxy.authorization });
    if (origin.protocol === "https:") socket = await this.#handshake(socket, origin);
    return socket;
  }

  async #handshake(beneath: Socket, { protocol, hostname, host, port }: URL): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const name = hostname.replace(/^\[(.*)\]$/, "$1");
      const target = { protocol, hostname: name, host, port, httpSocket: beneath };
      this.#tls(target, (error, socket) => {
        if (error === null) resolve(socket);
        else reject(error);
      });
    });
  }
}

/** Shared by all accounts of this process. */
const lookup = sharedLookup();

function openTcp({ origin, proxy }: NetworkRoute): Socket {
  const { host, port } = endpointOf(proxy?.url ?? origin);
  return connectTcp({ host, port, lookup, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 });
}

/** The code of a network error. Its message is never shown: it may hold an address with a token in it. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown cause";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause === undefined ? "unknown cause" : codeOf(error.cause);
}
