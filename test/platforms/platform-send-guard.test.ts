/**
 * What must not leave does not leave, and what is given up is taken back as far as it can be.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer as createTlsServer } from "node:tls";
import { describe, expect, it } from "vitest";
import { LatestDeparture } from "../../src/platforms/http/latest-departure.ts";
import { SendGuard } from "../../src/platforms/http/send-guard.ts";
import { Exchange, type CallEnding } from "../../src/platforms/http/exchange.ts";
import { PlatformWire, type PlatformCall, type WireOptions } from "../../src/platforms/platform-http.ts";
import { eventually } from "../support/eventually.ts";
import { anAnswer } from "../../src/testing/lying-server.ts";
import { aLyingServer, closing } from "../support/closing.ts";

const NEVER = new AbortController().signal;
const SEND: PlatformCall = { method: "POST", path: "/send", json: { title: "待办" } };
const CHECK: PlatformCall = { method: "POST", path: "/check", json: {} };

function aWire(url: string, options: Partial<WireOptions> = {}): PlatformWire {
  const wire = new PlatformWire(url, { connections: 4, ...options });
  closing.push(() => wire.close());
  return wire;
}

async function aPort(
  server: Server,
  onConnection: (socket: Socket) => void,
  event = "connection",
): Promise<number> {
  const sockets: Socket[] = [];
  server.on("connection", (socket: Socket) => sockets.push(socket.on("error", () => undefined)));
  server.on(event, onConnection).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  return (server.address() as AddressInfo).port;
}

function isStopped(pid: number): boolean {
  return / T /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
}

const SENDER = new URL("../support/stopped-sender.ts", import.meta.url).pathname;

describe("a process that is stopped while its connection is made", () => {
  it.each([
    ["sends nothing when it goes on after its time", 300, "send", "unreachable", 0],
    ["sends when it goes on in time", 600_000, "send", "answered", 1],
    ["asks nothing when it goes on after its time", 300, "check", "unreachable", 0],
    ["asks when it goes on in time", 600_000, "check", "answered", 1],
  ])("%s", async (_, withinMs, what, kind, arrived) => {
    const server = await aLyingServer((socket) => socket.write(anAnswer("{}")));
    const child = spawn(process.execPath, [SENDER, server.url, String(withinMs), what], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    let said = "";
    child.stdout.on("data", (data: Buffer) => (said += data.toString()));
    const { pid = 0 } = child;

    await eventually(
      () => isStopped(pid),
      (stopped) => stopped,
    );
    await sleep(400);
    child.kill("SIGCONT");
    await exited;

    expect(JSON.parse(said)).toMatchObject({ kind });
    expect(server.requests).toHaveLength(arrived);
  });
});

describe("a send whose send guard", () => {
  it("has expired sends nothing, also on an open connection", async () => {
    const server = await aLyingServer((socket) => socket.write(anAnswer("{}")));
    const wire = aWire(server.url);
    await wire.call({ ...SEND, guard: new SendGuard(60_000) }, NEVER);

    const late = await wire.call({ ...SEND, guard: new SendGuard(0) }, NEVER);
    const next = await wire.call({ ...SEND, guard: new SendGuard(60_000) }, NEVER);

    expect(late).toMatchObject({ kind: "unreachable" });
    expect(next).toMatchObject({ kind: "answered" });
    expect(server.requests).toHaveLength(2);
  });

  it("is barred while its connection is made is given up at once", async () => {
    const port = await aPort(createServer(), () => undefined);
    const guard = new SendGuard(60_000);
    const timeouts = { connectMs: 600_000, answerMs: 600_000 };
    const call = aWire(`https://127.0.0.1:${port}`, { timeouts }).call({ ...SEND, guard }, NEVER);

    expect(guard.bar()).toBe(true);
    expect(await call).toMatchObject({ kind: "unreachable" });
  });

  it("is barred after it has left is awaited all the same", async () => {
    const guard = new SendGuard(60_000);
    const server = await aLyingServer((socket) => {
      expect(guard.bar()).toBe(false);
      socket.write(anAnswer("{}"));
    });

    expect(await aWire(server.url).call({ ...SEND, guard }, NEVER)).toMatchObject({ kind: "answered" });
  });

  it("lasts is not handed to a socket twice", () => {
    const endings: CallEnding[] = [];
    const aborted: string[] = [];
    const exchange = new Exchange({
      connectMs: 1_000,
      answerMs: 1_000,
      guard: new SendGuard(60_000),
      leaveBy: null,
      clocks: { monotonic: () => 0, wall: () => 0 },
      onLeft: () => undefined,
      onEnd: (ending) => endings.push(ending),
    });
    const controller = {
      aborted: false,
      paused: false,
      reason: null,
      abort: (reason: Error) => void aborted.push(reason.message),
      pause: () => undefined,
      resume: () => undefined,
    };

    exchange.onRequestStart(controller);
    exchange.onRequestStart(controller);

    expect(aborted).toEqual(["twice"]);
    expect(endings).toMatchObject([{ kind: "lost", cause: "connection" }]);
  });
});

it("a call that cannot be observed uses a fresh connection, and others keep theirs", async () => {
  const sockets: Socket[] = [];
  const server = await aLyingServer((socket) => {
    sockets.push(socket);
    socket.write(anAnswer("{}"));
  });
  const wire = aWire(server.url);
  const guard = new SendGuard(60_000);

  await wire.call({ ...SEND, guard }, NEVER);
  await wire.call({ ...SEND, guard, isUnobservable: true }, NEVER);
  await wire.call({ ...SEND, guard }, NEVER);

  expect(sockets[1]).not.toBe(sockets[0]);
  expect(sockets.slice(0, 2)).toContain(sockets[2]);
});

describe("sends and checks", () => {
  it("do not wait for each other: a send leaves while every check's connection is taken", async () => {
    const held: Socket[] = [];
    const server = await aLyingServer((socket, request) => {
      if (request.startsWith("POST /check")) held.push(socket);
      else socket.write(anAnswer("{}"));
    });
    const wire = aWire(server.url, { connections: 1 });
    const checks = [wire.call(CHECK, NEVER), wire.call(CHECK, NEVER)];
    await eventually(
      () => held.length,
      (length) => length === 1,
    );

    const sent = await wire.call({ ...SEND, guard: new SendGuard(60_000) }, NEVER);
    expect(sent).toMatchObject({ kind: "answered" });

    held[0]?.write(anAnswer('"first"'));
    await eventually(
      () => held.length,
      (length) => length === 2,
    );
    held[1]?.write(anAnswer('"second"'));
    expect(await Promise.all(checks)).toMatchObject([{ text: '"first"' }, { text: '"second"' }]);
  });

  it("a check that waits for a connection is given up when the worker stops", async () => {
    const leaving = new AbortController();
    const server = await aLyingServer(() => undefined);
    const wire = aWire(server.url, { connections: 1 });
    const checks = [wire.call(CHECK, NEVER), wire.call(CHECK, leaving.signal)];
    await eventually(
      () => server.requests.length,
      (length) => length === 1,
    );

    leaving.abort();

    expect(await checks[1]).toMatchObject({ kind: "unreachable" });
  });

  it("a check that has waited too long for a connection does not leave on it, and leaves it to the next", async () => {
    const held: Socket[] = [];
    const server = await aLyingServer((socket) => void held.push(socket));
    const wire = aWire(server.url, { connections: 1 });
    let now = 0;
    const leaveBy = new LatestDeparture(1_000, { monotonic: () => now, wall: () => 0 });
    const first = wire.call(CHECK, NEVER);
    const late = Array.from({ length: 3 }, () => wire.call({ ...CHECK, leaveBy }, NEVER));
    const last = wire.call(CHECK, NEVER);
    await eventually(
      () => held.length,
      (length) => length === 1,
    );

    now = 1_000;
    held[0]?.write(anAnswer("{}"));

    expect(await first).toMatchObject({ kind: "answered" });
    for (const check of late) expect(await check).toMatchObject({ kind: "unreachable", isLate: true });
    await eventually(
      () => server.requests.length,
      (length) => length === 2,
    );
    expect(new Set(held).size).toBe(1);
    held[0]?.write(anAnswer("{}"));
    expect(await last).toMatchObject({ kind: "answered" });
  });

  it("each send has a connection for itself, however many there are", async () => {
    const held: Socket[] = [];
    const server = await aLyingServer((socket) => void held.push(socket));
    const wire = aWire(server.url, { connections: 1 });
    const sends = Array.from({ length: 60 }, () =>
      wire.call({ ...SEND, guard: new SendGuard(60_000) }, NEVER),
    );

    await eventually(
      () => held.length,
      (length) => length === 60,
    );
    for (const socket of held) socket.write(anAnswer("{}"));

    expect((await Promise.all(sends)).every(({ kind }) => kind === "answered")).toBe(true);
  });
});

const pem = (name: string): Buffer => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url));
const LARGE: PlatformCall = { method: "POST", path: "/send", json: "x".repeat(16 * 1024 * 1024) };

describe("a send that is given up after it left is reset, so that the kernel sends no more of it", () => {
  it.each<[string, string, Server | null]>([
    ["over TCP", "http", null],
    ["over TLS", "https", createTlsServer({ key: pem("key"), cert: pem("cert") })],
  ])("%s", async (_, protocol, tls) => {
    const leaving = new AbortController();
    const ended = Promise.withResolvers<string>();
    // The first bytes of the request show that it left. Then nobody reads, and the sender's kernel holds the rest.
    const takeFirstBytes = (socket: Socket): void => {
      socket
        .on("error", () => undefined)
        .once("data", () => {
          socket.pause();
          leaving.abort();
        });
    };
    const behind = tls === null ? null : await aPort(tls, takeFirstBytes, "secureConnection");
    const port = await aPort(createServer(), (socket) => {
      socket.on("error", (error: NodeJS.ErrnoException) => ended.resolve(error.code ?? "an error"));
      socket.on("end", () => ended.resolve("an orderly end"));
      if (behind === null) takeFirstBytes(socket);
      else socket.pipe(connect(behind, "127.0.0.1").on("error", () => undefined)).pipe(socket);
      leaving.signal.addEventListener("abort", () => setImmediate(() => socket.unpipe().resume()));
    });
    const wire = aWire(`${protocol}://127.0.0.1:${port}`, { ca: pem("cert").toString() });

    const answer = await wire.call({ ...LARGE, guard: new SendGuard(60_000) }, leaving.signal);

    expect(answer).toMatchObject({ kind: "lost" });
    expect(await ended.promise).toBe("ECONNRESET");
  });
});
