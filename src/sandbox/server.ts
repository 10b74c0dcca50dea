/**
 * The sandbox: one HTTP server that plays the platforms, keeps a ledger of what it really stored, and
 * misbehaves on request. It shares no code with the channels, so that a wrong belief cannot be wrong
 * twice.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { CallLog } from "./call-log.ts";
import { Faults, faultsInput } from "./faults.ts";
import type { Answer, Call, Endpoint, PlatformClock } from "./platform.ts";
import { misbehaveAfter, misbehaveBefore } from "./wire-faults.ts";
import { Yunzhijia } from "./yunzhijia/yunzhijia.ts";

export interface SandboxOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  readonly host?: string;
  /** Multiplies every duration of the platforms: token lifetime, check window, late visibility. Default 1. */
  readonly timeScale?: number;
  readonly seed?: number;
  readonly now?: () => number;
}

export interface Sandbox {
  readonly url: string;
  readonly port: number;
  /** Cuts every connection; resolves when nothing is left. */
  close(): Promise<void>;
}

const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

const accountInput = z.strictObject({
  appId: z.string().min(1),
  secret: z.string().min(1).exactOptional(),
  eid: z.string().min(1).exactOptional(),
  resGroupSecret: z.string().min(1).exactOptional(),
});

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock: PlatformClock = { now: options.now ?? Date.now, scale: options.timeScale ?? 1 };
  const world = { clock, faults: new Faults(options.seed ?? 1), calls: new CallLog(), yunzhijia: new Yunzhijia(clock) };
  const server = createServer((request, response) => {
    serve(request, response, world).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  server.keepAliveTimeout = 60_000;
  const host = options.host ?? "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    port,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

interface World {
  readonly clock: PlatformClock;
  readonly faults: Faults;
  readonly calls: CallLog;
  readonly yunzhijia: Yunzhijia;
}

async function serve(request: IncomingMessage, response: ServerResponse, world: World): Promise<void> {
  const url = new URL(request.url ?? "/", "http://sandbox");
  const body = await readJson(request);
  const call: Call = {
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body,
  };
  if (url.pathname.startsWith("/_sandbox/")) {
    send(response, control(call, world));
    return;
  }
  const endpoint = world.yunzhijia.endpoint(call);
  if (endpoint === null) {
    send(response, { status: 404, body: { error: "no such endpoint" } });
    return;
  }
  await play(call, endpoint, response, world);
}

/** One call to a platform: the fault decides whether it is stored, and whether the answer arrives. */
async function play(call: Call, endpoint: Endpoint, response: ServerResponse, world: World): Promise<void> {
  const account = endpoint.account(call);
  const fault = world.faults.next(endpoint.name, account);
  const tell = (outcome: string): void =>
    world.calls.add({ at: world.clock.now(), endpoint: endpoint.name, account, entity: endpoint.entity(call), outcome, fault: fault?.name ?? null });

  if (misbehaveBefore(response, fault, world.clock)) {
    tell(`not stored (${fault?.name ?? ""})`);
    return;
  }
  const answer = endpoint.answer(call, fault);
  tell(String(answer.status));
  if (!(await misbehaveAfter(response, answer, fault))) send(response, answer);
}

function control({ method, path, query, body }: Call, world: World): Answer {
  switch (`${method} ${path.slice("/_sandbox".length)}`) {
    case "GET /health":
      return { status: 200, body: { ok: true } };
    case "GET /ledger":
      return { status: 200, body: { ...world.yunzhijia.ledger(), calls: world.calls.counts() } };
    case "GET /calls":
      return { status: 200, body: world.calls.since(Number(query.get("since") ?? 0)) };
    case "GET /faults":
      return { status: 200, body: world.faults.show() };
    case "POST /faults":
      return accept(faultsInput, body, (input) => world.faults.set(input));
    case "POST /accounts":
      return accept(accountInput, body, (input) => world.yunzhijia.tokens.addApp(input));
    case "POST /reset":
      world.yunzhijia.reset();
      world.calls.reset();
      return { status: 200, body: { ok: true } };
    default:
      return { status: 404, body: { error: "no such control; see src/sandbox/README.md" } };
  }
}

function accept<T>(schema: z.ZodType<T>, body: unknown, apply: (input: T) => void): Answer {
  const input = schema.safeParse(body);
  if (!input.success) return { status: 400, body: { error: z.prettifyError(input.error) } };
  apply(input.data);
  return { status: 200, body: { ok: true } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { "content-type": "application/json;charset=UTF-8" }).end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) throw new Error("the request body is too large");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    // Platforms answer a body that is not JSON as they answer one without fields.
    return undefined;
  }
}

