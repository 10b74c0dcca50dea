/**
 * The sandbox: one HTTP server that plays all platforms, on plain node:http so
 * that a connection can be cut wherever a fault wants it.
 *
 * Invariant: `close()` resolves when no socket, timer or call is left.
 */
import { createServer, type ServerResponse } from "node:http";
import { answerControlCall } from "./control/control-routes.ts";
import { type Exchange, readText, splitTarget } from "./exchange.ts";
import { Listener } from "./listener.ts";
import { type SandboxOptions, stateOptions } from "./options.ts";
import { answerPlatformCall } from "./platform-call.ts";
import { endpointAt } from "./platform-routes.ts";
import { SandboxState } from "./state.ts";

export type { SandboxOptions } from "./options.ts";

export type Sandbox = {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
};

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const state = new SandboxState(stateOptions(options));
  const host = options.host ?? "127.0.0.1";
  const open = new Set<Promise<void>>();
  const server = createServer({ keepAliveTimeout: 120_000, requestTimeout: 0 }, (request, response) => {
    const answered = answerExchange({ state, listener }, { request, response });
    open.add(answered);
    void answered.finally(() => open.delete(answered));
  });
  const listener = new Listener(server, { host, port: options.port ?? 0 });
  await listener.open();
  const { port } = listener;
  const close = async (): Promise<void> => {
    await listener.close();
    await Promise.allSettled(open);
  };
  return { url: `http://${host}:${port}`, port, close };
}

type Premises = { readonly state: SandboxState; readonly listener: Listener };

async function answerExchange(premises: Premises, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const text = await readText(request);
  if (text === null) return;
  try {
    routeExchange(premises, { exchange, text });
  } catch (error) {
    // A bug in the sandbox must not look like a platform's fault.
    process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : String(error)}\n`);
    sendJson(response, { status: 599, body: { error: "the sandbox itself failed; see its stderr" } });
  }
}

function routeExchange(
  { state, listener }: Premises,
  { exchange, text }: { readonly exchange: Exchange; readonly text: string },
): void {
  const { request, response } = exchange;
  const { path, query } = splitTarget(request.url ?? "/");
  if (path.startsWith("/_sandbox/")) {
    const { status, body, darkForMs } = answerControlCall(
      { method: request.method ?? "GET", path },
      {
        state,
        query,
        text,
      },
    );
    if (darkForMs !== undefined) response.once("finish", () => void listener.goDark(darkForMs));
    sendJson(response, { status, body });
    return;
  }
  const endpoint = endpointAt(path, request.headers);
  if (endpoint) answerPlatformCall(state, { endpoint, arrival: { path, query, text }, exchange });
  else sendJson(response, { status: 404, body: { status: 404, error: "Not Found", path } });
}

function sendJson(
  response: ServerResponse,
  { status, body }: { readonly status: number; readonly body: unknown },
): void {
  if (response.headersSent) return;
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
