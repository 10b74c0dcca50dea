/**
 * The way through a proxy, over real sockets. The platform's name exists for the proxy alone, and its
 * certificate is of an authority that Node does not know.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { SendGuard } from "../../src/platforms/http/send-guard.ts";
import { proxyAt } from "../../src/platforms/http/route.ts";
import { PlatformWire, type PlatformCall } from "../../src/platforms/platform-http.ts";
import { startProxy, type ProxyShape, type TestProxy } from "../support/proxy.ts";
import { closing } from "../support/closing.ts";

const pem = (name: string): Buffer => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url));
const TLS = { key: pem("platform-key"), cert: pem("platform") };
const CA = pem("ca").toString();
const NEVER = new AbortController().signal;
const SEND: PlatformCall = { method: "POST", path: "/send", query: { q: "1" }, json: { title: "待办" } };

interface Platform {
  readonly url: string;
  readonly took: { path: string; body: string; headers: NodeJS.Dict<string | string[]> }[];
}

async function aPlatform(protocol: "http" | "https"): Promise<Platform> {
  const took: Platform["took"] = [];
  const sockets: Socket[] = [];
  const server = protocol === "http" ? createServer() : createTlsServer(TLS);
  server.on("connection", (socket: Socket) => sockets.push(socket));
  server.on("request", (request, response) => {
    text(request).then(
      (body) => {
        took.push({ path: request.url ?? "", body, headers: request.headers });
        return response.end('{"ok":true}');
      },
      () => response.destroy(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  return { url: `${protocol}://platform.test:${(server.address() as AddressInfo).port}/base`, took };
}

async function aProxy(shape: ProxyShape = {}): Promise<TestProxy> {
  const proxy = await startProxy(shape);
  closing.push(() => proxy.close());
  return proxy;
}

function aWire(target: string, proxy: string | null, ca: string | null = CA): PlatformWire {
  const wire = new PlatformWire(target, {
    connections: 4,
    proxy: proxy === null ? null : proxyAt(proxy),
    ca,
    timeouts: { connectMs: 20_000, answerMs: 20_000 },
  });
  closing.push(() => wire.close());
  return wire;
}

const send = (): PlatformCall => ({ ...SEND, guard: new SendGuard(60_000) });

describe("a platform behind a proxy", () => {
  it.each([
    ["https", "http"],
    ["https", "https"],
    ["http", "http"],
    ["http", "https"],
  ] as const)("of %s is reached through one of %s, and its connection is kept", async (protocol, kind) => {
    const platform = await aPlatform(protocol);
    const proxy = await aProxy({ credentials: "zhang:p@ss:wörd", ...(kind === "https" ? { tls: TLS } : {}) });
    const wire = aWire(platform.url, `${kind}://zhang:p%40ss%3Aw%C3%B6rd@localhost:${proxy.port}`);

    expect(await wire.call(send(), NEVER)).toMatchObject({
      kind: "answered",
      status: 200,
      text: '{"ok":true}',
    });
    expect(await wire.call(send(), NEVER)).toMatchObject({ kind: "answered", status: 200 });

    const { host } = new URL(platform.url);
    const once = { path: "/base/send?q=1", body: '{"title":"待办"}' };
    expect(platform.took).toMatchObject([once, once]);
    expect(platform.took[0]?.headers).toMatchObject({ host });
    expect(platform.took[0]?.headers).not.toHaveProperty("proxy-authorization");
    expect(proxy.asked).toEqual(
      protocol === "https"
        ? [`CONNECT ${host}`]
        : [`POST ${platform.url}/send?q=1`, `POST ${platform.url}/send?q=1`],
    );
  });

  it.each(["https", "http"] as const)("of %s: a 407 is reported, and nothing left", async (protocol) => {
    const platform = await aPlatform(protocol);
    const proxy = await aProxy({ credentials: "zhang:right" });
    const guard = new SendGuard(60_000);

    const answer = await aWire(platform.url, `http://zhang:wrong-one@localhost:${proxy.port}`).call(
      { ...SEND, guard },
      NEVER,
    );

    expect(answer).toMatchObject({ kind: "unreachable", detail: expect.stringContaining("HTTP 407") });
    expect(answer).toMatchObject({ detail: expect.stringContaining("user and password") });
    expect(JSON.stringify(answer)).not.toContain("wrong-one");
    expect(platform.took).toEqual([]);
  });

  it("whose certificate is of an unknown authority is not called", async () => {
    const platform = await aPlatform("https");
    const proxy = await aProxy();

    const answer = await aWire(platform.url, `http://localhost:${proxy.port}`, null).call(send(), NEVER);

    expect(answer).toEqual({
      kind: "unreachable",
      detail: "no connection (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
    });
    expect(platform.took).toEqual([]);
  });

  it.each<[string, string | null, RegExp]>([
    ["refuses the tunnel", "HTTP/1.1 403 Forbidden\r\n\r\n", /the proxy answered HTTP 403/],
    ["hangs up", null, /the proxy hung up/],
    ["speaks no HTTP", "SSH-2.0-OpenSSH_9.6\r\n\r\n", /the proxy answered no HTTP/],
    ["says more than it may", "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", /the proxy sent too much/],
    ["has an endless head", `HTTP/1.1 200 OK\r\nx: ${"x".repeat(20_000)}`, /the proxy sent too much/],
  ])("whose proxy %s is unreachable", async (_, bytes, detail) => {
    const platform = await aPlatform("https");
    const proxy = await aProxy({
      onConnect: (socket) => void (bytes === null ? socket.end() : socket.write(bytes)),
    });

    const answer = await aWire(platform.url, `http://localhost:${proxy.port}`).call(send(), NEVER);

    expect(answer).toMatchObject({ kind: "unreachable", detail: expect.stringMatching(detail) });
  });

  it("may have stored what its forward proxy answers with 502", async () => {
    const platform = await aPlatform("http");
    const proxy = await aProxy({ status: 502 });
    const wire = aWire(platform.url, `http://localhost:${proxy.port}`);

    expect(await wire.call(send(), NEVER)).toMatchObject({ kind: "answered", status: 502 });
    expect(await wire.reach(NEVER)).toEqual({ kind: "silent", detail: "the proxy answered HTTP 502" });
  });

  it("answers over the same route as every call, with the date of its clock", async () => {
    const platform = await aPlatform("https");
    const proxy = await aProxy();

    const reached = await aWire(platform.url, `http://localhost:${proxy.port}`).reach(NEVER);

    expect(reached).toMatchObject({ kind: "answered", date: expect.stringContaining("GMT") });
  });
});
