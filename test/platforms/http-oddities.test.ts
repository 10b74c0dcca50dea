/**
 * Servers that keep to the letter of HTTP, and servers that do not. What they send is read, or it is lost:
 * it never becomes the answer to another call.
 */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { SendGuard } from "../../src/platforms/http/send-guard.ts";
import { PlatformWire, type PlatformCall, type WireAnswer } from "../../src/platforms/platform-http.ts";
import { anAnswer, type Reply } from "../../src/testing/lying-server.ts";
import { aLyingServer, closing } from "../support/closing.ts";

const NEVER = new AbortController().signal;
const send = (path = "/send"): PlatformCall => ({
  method: "POST",
  path,
  json: {},
  guard: new SendGuard(600_000),
});

function aWire(url: string): PlatformWire {
  const wire = new PlatformWire(url, {
    connections: 4,
    timeouts: { connectMs: 20_000, answerMs: 20_000 },
  });
  closing.push(() => wire.close());
  return wire;
}

async function askTwice(reply: Reply): Promise<readonly [WireAnswer, WireAnswer, number]> {
  const server = await aLyingServer(reply);
  const wire = aWire(server.url);
  const first = await wire.call(send("/first"), NEVER);
  const second = await wire.call(send("/second"), NEVER);
  return [first, second, server.requests.length];
}

const ANSWER = anAnswer('{"ok":1}');

/** Answers the first call so, and the next one well. */
function oddlyAtFirst(oddly: Reply): Reply {
  return (socket, request) => {
    if (request.includes("/first")) oddly(socket, request);
    else socket.write(ANSWER);
  };
}

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const HINTS = "HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n";
const PROCESSING = "HTTP/1.1 102 Processing\r\n\r\n";

describe("an answer behind", () => {
  it.each<[string, string]>([
    ["a 100 that nobody asked for", CONTINUE],
    ["a 100 with fields", "HTTP/1.1 100 Continue\r\nserver: x\r\ndate: y\r\n\r\n"],
    ["a 100 without words", "HTTP/1.1 100\r\n\r\n"],
    ["a 100 of HTTP/1.0", "HTTP/1.0 100 Continue\r\n\r\n"],
    ["several of them", CONTINUE + PROCESSING + HINTS + CONTINUE],
    ["hints, and a 100 then", HINTS + CONTINUE],
  ])("%s is read, each time, on one connection", async (_, before) => {
    const sockets = new Set<unknown>();
    const [first, second] = await askTwice((socket) => {
      sockets.add(socket);
      socket.write(Buffer.concat([Buffer.from(before), ANSWER]));
    });

    expect([first, second]).toMatchObject([{ text: '{"ok":1}' }, { text: '{"ok":1}' }]);
    expect(sockets.size).toBe(1);
  });

  it("a 100 is read however its bytes are cut", async () => {
    const bytes = Buffer.concat([Buffer.from(CONTINUE + HINTS), ANSWER]);
    const server = await aLyingServer((socket, request) => {
      const at = Number(/\/(\d+) HTTP/.exec(request)?.[1] ?? 0);
      socket.write(bytes.subarray(0, at), () => setImmediate(() => socket.write(bytes.subarray(at))));
    });
    const wire = aWire(server.url);

    const cuts = CONTINUE.length + 14;
    for (let at = 1; at <= cuts; at += 1) {
      expect(await wire.call(send(`/${at}`), NEVER)).toMatchObject({ kind: "answered", text: '{"ok":1}' });
    }
    expect(server.requests).toHaveLength(cuts);
  });

  it.each<[string, Reply]>([
    [
      "interim answers without end",
      (socket) => {
        const pour = (): boolean => socket.destroyed || !socket.write(HINTS.repeat(200)) || pour();
        socket.on("drain", pour);
        pour();
      },
    ],
    [
      "a switch of protocols",
      (socket) => socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n"),
    ],
    ["a 100 and then nothing", (socket) => socket.end(CONTINUE)],
    ["half a 100", (socket) => socket.end("HTTP/1.1 10")],
  ])("%s is lost, and the next call is answered", async (_, oddly) => {
    const [first, second, arrived] = await askTwice(oddlyAtFirst(oddly));

    expect(first).toMatchObject({ kind: "lost" });
    expect(second).toMatchObject({ kind: "answered", text: '{"ok":1}' });
    expect(arrived).toBe(2);
  });
});

const STALE = anAnswer('{"stale":1}');

describe("what a server gets wrong", () => {
  it.each<[string, Reply]>([
    ["heads without end", (socket) => socket.write(`HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(10_000)}`)],
    ["one endless field", (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(60_000)}`)],
    [
      "a length that is no number",
      (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n{}"),
    ],
    [
      "two lengths",
      (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 9\r\n\r\n{}"),
    ],
    ["a length that is too great", (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}")],
    [
      "a length beside chunks",
      (socket) =>
        socket.end(
          "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        ),
    ],
    [
      "a chunk that is longer than it says",
      (socket) => socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n"),
    ],
    ["a status that is none", (socket) => socket.end("HTTP/1.1 2 OK\r\n\r\n")],
    ["an answer of HTTP/2", (socket) => socket.end(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]))],
  ])("%s: the answer is lost, and the next call is answered", async (_, oddly) => {
    const [first, second, arrived] = await askTwice(oddlyAtFirst(oddly));

    expect(first).toMatchObject({ kind: "lost" });
    expect(second).toMatchObject({ kind: "answered", text: '{"ok":1}' });
    expect(arrived).toBe(2);
  });

  it.each<[string, Buffer, string]>([
    ["a length that is too small", Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n"), '{"ok'],
    ["no length for an empty answer", Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"), ""],
    ["a body behind a 204", Buffer.from("HTTP/1.1 204 No Content\r\n\r\n"), ""],
  ])("%s: the rest is never taken for the next call's answer", async (_, head, text) => {
    const [first, second, arrived] = await askTwice((socket, request) => {
      if (!request.includes("/first")) return socket.write(ANSWER);
      const body = text === "" ? STALE : Buffer.concat([Buffer.from('{"ok":1}'), STALE]);
      return socket.write(Buffer.concat([head, body]));
    });

    expect(first).toMatchObject({ kind: "answered", text });
    expect(second).toMatchObject({ kind: "answered", text: '{"ok":1}' });
    expect(arrived).toBe(2);
  });

  it("success that comes before the request was read is not its answer; a refusal is", async () => {
    const answers = ["200 OK", "413 Content Too Large"];
    // It answers each connection at once, and reads none.
    const early = createServer((socket) => {
      socket.on("error", () => undefined).pause();
      socket.write(anAnswer("{}", { status: answers.shift() ?? "500 Oh" }));
    }).listen(0, "127.0.0.1");
    await once(early, "listening");
    closing.push(async () => void early.close());
    const wire = aWire(`http://127.0.0.1:${(early.address() as AddressInfo).port}`);
    const json = "x".repeat(16 * 1024 * 1024);

    const success = await wire.call({ ...send(), json }, NEVER);
    const refusal = await wire.call({ ...send(), json }, NEVER);

    expect(success).toMatchObject({ kind: "lost", cause: "unreadable" });
    expect(refusal).toMatchObject({ kind: "answered", status: 413 });
  });
});
