/**
 * The wire over real sockets. The question behind every test: may the platform have stored it? What never
 * left is `unreachable` and may be sent again; everything else is `lost` and has to be verified.
 */
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { PlatformWire, type PlatformAnswer, type PlatformCall } from "../../src/platforms/platform-http.ts";
import { eventually } from "../support/eventually.ts";
import { anAnswer, startLyingServer, type Reply } from "../../src/testing/lying-server.ts";
import { aLyingServer, closing } from "../support/closing.ts";

const MIB = 1024 * 1024;
const SEND: PlatformCall = { method: "POST", path: "/send", json: { title: "待办" } };
const NEVER = new AbortController().signal;

/** Impatient: what hangs here is given up after 200 ms. */
function aWire(url: string, { headers = {}, answerMs = 20_000 }: WireShape = {}): PlatformWire {
  const wire = new PlatformWire(url, {
    connections: 4,
    headers,
    timeouts: { connectMs: 1_000, answerMs },
  });
  closing.push(() => wire.close());
  return wire;
}

interface WireShape {
  readonly headers?: Record<string, string>;
  readonly answerMs?: number;
}

/** Makes one call at a server that answers like this. */
async function askOne(reply: Reply, shape: WireShape = {}): Promise<PlatformAnswer & { arrived: number }> {
  const server = await aLyingServer(reply);
  const answer = await aWire(server.url, shape).call(SEND, NEVER);
  return { ...answer, arrived: server.requests.length };
}

/** A port whose connections meet this. */
async function aPort(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    // A client that hangs up is part of the play.
    onConnection(socket.on("error", () => undefined));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** Where nobody listens any more. */
async function aClosedPort(): Promise<string> {
  const server = await startLyingServer(() => undefined);
  await server.close();
  return server.url;
}

describe("what never left is unreachable", () => {
  it.each(["127.0.0.1", "localhost"])("a connection that %s refuses", async (host) => {
    const answer = await aWire((await aClosedPort()).replace("127.0.0.1", host)).call(SEND, NEVER);

    expect(answer).toEqual({ kind: "unreachable", detail: "no connection (ECONNREFUSED)" });
  });

  it("a call whose signal was aborted before it began", async () => {
    const server = await aLyingServer((socket) => socket.write(anAnswer("{}")));

    const answer = await aWire(server.url).call(SEND, AbortSignal.abort());

    expect(answer.kind).toBe("unreachable");
    expect(server.requests).toEqual([]);
  });

  it.each<[string, (socket: Socket) => void]>([
    ["is answered in plain HTTP", (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["is reset", (socket) => socket.resetAndDestroy()],
    ["is hung up on", (socket) => socket.end()],
    ["is not answered", () => undefined],
  ])("a TLS handshake that %s", async (_, onHello) => {
    const url = await aPort((socket) => socket.once("data", () => onHello(socket)));

    const answer = await aWire(url.replace("http:", "https:")).call(SEND, NEVER);

    expect(answer.kind).toBe("unreachable");
  });
});

describe("what left and did not come back whole is lost", () => {
  const cutShort = anAnswer('{"success":true}').subarray(0, -5);

  it.each<[string, "timeout" | "connection", Reply]>([
    ["no answer in time", "timeout", () => undefined],
    ["half a head in time", "timeout", (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-le")],
    ["half a body in time", "timeout", (socket) => socket.write(cutShort)],
    ["a body that drips, however steadily", "timeout", drip],
    ["a reset in place of an answer", "connection", (socket) => socket.resetAndDestroy()],
    ["an orderly end in place of an answer", "connection", (socket) => socket.end()],
    ["a reset in the middle of the body", "connection", writeAndReset(cutShort)],
    ["an end in the middle of the body", "connection", (socket) => socket.end(cutShort)],
    ["an answer that is not HTTP", "connection", (socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n")],
  ])("%s", async (_, cause, reply) => {
    const shape = cause === "timeout" ? { answerMs: 200 } : {};

    expect(await askOne(reply, shape)).toMatchObject({ kind: "lost", cause, arrived: 1 });
  });

  it.each([
    ["while the answer is awaited", Buffer.alloc(0)],
    ["in the middle of the body", cutShort],
  ])("an abort %s", async (_, begun) => {
    const leaving = new AbortController();
    const server = await aLyingServer((socket) => void socket.write(begun, () => leaving.abort()));

    const answer = await aWire(server.url).call(SEND, leaving.signal);

    expect(answer.kind).toBe("lost");
    expect(server.requests).toHaveLength(1);
  });

  it("a kept-alive connection that dies under the next request, which is not repeated", async () => {
    let calls = 0;
    const server = await aLyingServer((socket) => {
      calls += 1;
      if (calls === 1) socket.write(anAnswer("{}"));
      else socket.resetAndDestroy();
    });
    const wire = aWire(server.url);

    expect(await wire.call(SEND, NEVER)).toMatchObject({ kind: "answered" });
    expect(await wire.call({ method: "GET", path: "/list" }, NEVER)).toMatchObject({ kind: "lost" });
    expect(server.requests).toHaveLength(2);
  });

  it("a call under way when the wire is closed", async () => {
    const server = await aLyingServer(() => undefined);
    const wire = aWire(server.url);
    const call = wire.call(SEND, NEVER);
    await eventually(
      () => server.requests.length,
      (arrived) => arrived === 1,
    );

    await wire.close();

    expect(await call).toMatchObject({ kind: "lost" });
  });
});

const drip: Reply = (socket) => {
  socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
  const dripping = setInterval(() => socket.write(" "), 10);
  socket.on("close", () => clearInterval(dripping));
};

function writeAndReset(bytes: Buffer): Reply {
  return (socket) => void socket.write(bytes, () => socket.resetAndDestroy());
}

describe("an answer", () => {
  it("of exactly 1 MiB is read, one byte more is not understood", async () => {
    const whole = await askOne((socket) => socket.write(anAnswer("x".repeat(MIB))));
    const larger = await askOne((socket) => socket.write(anAnswer("x".repeat(MIB + 1))));

    expect(whole).toMatchObject({ kind: "answered" });
    expect(larger).toMatchObject({ kind: "lost", cause: "unreadable" });
  });

  it("without an announced length is not read beyond 1 MiB either", async () => {
    const answer = await askOne((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
      for (let sent = 0; sent <= MIB; sent += 65_536) socket.write(`10000\r\n${"x".repeat(65_536)}\r\n`);
    });

    expect(answer).toMatchObject({ kind: "lost", cause: "unreadable" });
  });

  it("in GBK is read, though nobody says so", async () => {
    const gbk = Buffer.concat([Buffer.from('{"error":"'), Buffer.from([0xd6, 0xd0]), Buffer.from('"}')]);

    const answer = await askOne((socket) => socket.write(anAnswer(gbk)));

    expect(answer).toMatchObject({ kind: "answered", status: 200, text: '{"error":"中"}' });
  });

  it("with a byte order mark is read without it", async () => {
    const answer = await askOne((socket) => socket.write(anAnswer("\uFEFF{}")));

    expect(answer).toMatchObject({ kind: "answered", text: "{}" });
  });

  it("that redirects is returned as it is, and not followed", async () => {
    const status = "302 Found";
    const answer = await askOne((socket) =>
      socket.write(anAnswer("", { status, headers: ["location: /elsewhere"] })),
    );

    expect(answer).toEqual({ kind: "answered", status: 302, retryAfter: null, text: "", arrived: 1 });
  });

  it("has its Retry-After read, the first if there are two", async () => {
    const headers = ["Retry-After: 7", "Retry-After: 9"];
    const answer = await askOne((socket) =>
      socket.write(anAnswer("{}", { status: "429 Too Many Requests", headers })),
    );

    expect(answer).toMatchObject({ kind: "answered", status: 429, retryAfter: "7" });
  });
});

describe("a request", () => {
  it("goes under the base path, with its query encoded and its body in UTF-8", async () => {
    const server = await aLyingServer((socket) => socket.write(anAnswer("{}")));
    const wire = aWire(`${server.url}/business/1/`);
    const query = { accessToken: "a+b/c=&d", name: "张 三", empty: "" };

    await wire.call({ ...SEND, query }, NEVER);

    const [request = ""] = server.requests;
    expect(request.split("\r\n")[0]).toBe(
      "POST /business/1/send?accessToken=a%2Bb%2Fc%3D%26d&name=%E5%BC%A0%20%E4%B8%89&empty= HTTP/1.1",
    );
    expect(request.endsWith('\r\n\r\n{"title":"待办"}')).toBe(true);
  });

  it("carries the account's headers and its own, which win; JSON is named only where there is some", async () => {
    const server = await aLyingServer((socket) => socket.write(anAnswer("{}")));
    const wire = aWire(server.url, { headers: { authorization: "Bearer account", "x-tenant": "7" } });

    await wire.call({ ...SEND, headers: { authorization: "Bearer call" } }, NEVER);
    await wire.call({ method: "GET", path: "/list" }, NEVER);

    const [post = "", get = ""] = server.requests;
    expect(post).toMatch(/^authorization: Bearer call\r$/m);
    expect(post).toMatch(/^content-type: application\/json\r$/m);
    expect(get).toMatch(/^authorization: Bearer account\r$/m);
    expect(get).toMatch(/^x-tenant: 7\r$/m);
    expect(get).toMatch(/^accept: application\/json\r$/m);
    expect(get).not.toContain("content-type");
  });

  it("leaves no secret in the description of its loss", async () => {
    const server = await aLyingServer((socket) => socket.resetAndDestroy());
    const query = { accessToken: "token-never-to-be-seen" };

    const lost = await aWire(server.url).call({ ...SEND, query }, NEVER);
    const refused = await aWire(await aClosedPort()).call({ ...SEND, query }, NEVER);

    expect(JSON.stringify([lost, refused])).not.toContain("never-to-be-seen");
  });
});

it("a token of the platform may be any text", async () => {
  const server = await aLyingServer((socket) => socket.write(anAnswer("{}")));

  const answer = await aWire(server.url).call(
    { method: "GET", path: "/list", query: { accessToken: "t\ud800" } },
    NEVER,
  );

  expect(answer.kind).toBe("answered");
});
