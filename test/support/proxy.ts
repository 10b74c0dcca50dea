/**
 * An HTTP proxy that tunnels (`CONNECT`) and forwards. It resolves every name to this machine, so that invented
 * names can be reached only through it.
 */
import { once } from "node:events";
import { createServer, request as askOrigin, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";

export interface ProxyShape {
  /** The `user:password` that it requires; default: none. */
  readonly credentials?: string;
  /** Key and certificate, if clients reach the proxy itself by TLS. */
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer };
  /** Answers `CONNECT` in place of the tunnel. */
  readonly onConnect?: (socket: Duplex) => void;
  /** Answers with this status instead of forwarding. */
  readonly status?: number;
}

export interface TestProxy {
  readonly port: number;
  /** Its requests: `CONNECT host:port`, or the method and the whole URL. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export async function startProxy(shape: ProxyShape = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const sockets = new Set<Duplex>();
  const server: Server = shape.tls === undefined ? createServer() : createTlsServer(shape.tls);
  const isKnown = ({ headers }: IncomingMessage): boolean =>
    shape.credentials === undefined ||
    headers["proxy-authorization"] === `Basic ${Buffer.from(shape.credentials).toString("base64")}`;
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("connect", (request, socket: Duplex, head) => {
    asked.push(`CONNECT ${request.url}`);
    socket.on("error", () => undefined);
    if (!isKnown(request)) return socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    if (shape.onConnect !== undefined) return shape.onConnect(socket);
    const behind = connect(Number(request.url?.split(":").at(-1)), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      behind.write(head);
      behind.pipe(socket).pipe(behind);
    });
    sockets.add(behind);
    behind.on("error", () => socket.destroy());
    return undefined;
  });
  server.on("request", (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (!isKnown(request)) return response.writeHead(407).end();
    if (shape.status !== undefined) return response.writeHead(shape.status).end();
    const { port, pathname, search } = new URL(request.url ?? "");
    const { "proxy-authorization": _, ...headers } = request.headers;
    const options = { host: "127.0.0.1", port, path: pathname + search, method: request.method, headers };
    const onward = askOrigin(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    return request.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
