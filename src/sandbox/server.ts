/**
 * The sandbox: one HTTP server that plays all platforms, on plain node:http so
 * that a connection can be cut wherever a fault wants it.
 *
 * Invariant: `close()` resolves when no socket, timer or call is left.
 */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { answerControlCall } from "./control/control-routes.ts";
import { type Exchange, readText, splitTarget } from "./exchange.ts";
import { type SandboxOptions, worldOptions } from "./options.ts";
import { answerPlatformCall } from "./platform-call.ts";
import { endpointAt } from "./platform-routes.ts";
import { World } from "./world.ts";

export type { SandboxOptions } from "./options.ts";

export type Sandbox = {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
};

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const world = new World(worldOptions(options));
  const open = new Set<Promise<void>>();
  const server = createServer({ keepAliveTimeout: 120_000, requestTimeout: 0 }, (request, response) => {
    const answered = answerExchange(world, { request, response });
    open.add(answered);
    void answered.finally(() => open.delete(answered));
  });
  const sockets = trackSockets(server);
  const host = options.host ?? "127.0.0.1";
  const port = await listen(server, options.port ?? 0, host);
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await stopListening(server, sockets);
    await Promise.allSettled(open);
  };
  return { url: `http://${host}:${port}`, port, close: async () => (closing ??= close()) };
}

async function answerExchange(world: World, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const text = await readText(request);
  if (text === null) return;
  try {
    routeExchange(world, exchange, text);
  } catch (error) {
    // A bug in the sandbox must not look like a platform's fault.
    process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : String(error)}\n`);
    sendJson(response, 599, { error: "the sandbox itself failed; see its stderr" });
  }
}

function routeExchange(world: World, exchange: Exchange, text: string): void {
  const { request, response } = exchange;
  const { path, query } = splitTarget(request.url ?? "/");
  if (path.startsWith("/_sandbox/")) {
    const { status, body } = answerControlCall(request.method ?? "GET", path, { world, query, text });
    sendJson(response, status, body);
    return;
  }
  const endpoint = endpointAt(path, request.headers);
  if (endpoint) answerPlatformCall(world, endpoint, { path, query, text }, exchange);
  else sendJson(response, 404, { status: 404, error: "Not Found", path });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return;
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function trackSockets(server: Server): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  // A client that breaks off or talks nonsense is not the sandbox' trouble.
  server.on("clientError", (_error, socket) => socket.destroy());
  return sockets;
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen({ port, host, backlog: 1_024 }, resolve);
  await promise;
  server.off("error", reject);
  return (server.address() as AddressInfo).port;
}

async function stopListening(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  for (const socket of sockets) socket.destroy();
  await promise;
}
