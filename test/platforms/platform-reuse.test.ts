/**
 * Connections that are kept, and servers and balancers that close them. Whatever they do, a request arrives
 * once at most, and what may have arrived is never said not to have left.
 */
import { once } from "node:events";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { Connections } from "../../src/platforms/http/connections.ts";
import { Connector } from "../../src/platforms/http/connector.ts";
import { SendGuard } from "../../src/platforms/http/send-guard.ts";
import { PlatformWire, type PlatformCall } from "../../src/platforms/platform-http.ts";
import { endCall } from "../../src/platforms/hainan/task/end.ts";
import { anAnswer, startLyingServer } from "../../src/testing/lying-server.ts";
import { aLyingServer, closing } from "../support/closing.ts";

const NEVER = new AbortController().signal;
const SEND: PlatformCall = { method: "POST", path: "/send", json: {} };
const send = (): PlatformCall => ({ ...SEND, guard: new SendGuard(60_000) });

interface Hand {
  monotonic: number;
  wall: number;
}

function aWire(url: string, hand: Hand = { monotonic: 0, wall: 0 }): PlatformWire {
  const clocks = { monotonic: () => hand.monotonic, wall: () => hand.wall };
  const wire = new PlatformWire(url, { connections: 4, clocks });
  closing.push(() => wire.close());
  return wire;
}

describe("a connection that is kept", () => {
  it.each<[string, readonly string[], Partial<Hand>, boolean]>([
    ["is used again within 3 s", [], { monotonic: 2_900, wall: 2_900 }, true],
    ["is not used after 3 s", [], { monotonic: 3_100, wall: 3_100 }, false],
    ["is not used after 3 s in which the machine slept", [], { wall: 3_100 }, false],
    ["is used within its server's hint", ["Keep-Alive: timeout=3, max=100"], { monotonic: 1_400 }, true],
    ["is not used at the end of its server's hint", ["Keep-Alive: timeout=3"], { monotonic: 1_600 }, false],
    [
      "is used for 3 s also if its server says more",
      ["Keep-Alive: timeout=600"],
      { monotonic: 3_100 },
      false,
    ],
    ["is not used where its server keeps it for 1 s", ["Keep-Alive: timeout=1"], {}, false],
    ["is not used where its server keeps it for no time", ["keep-alive: max=5, timeout=0"], {}, false],
    ["is not used where its server closes it", ["Connection: close"], {}, false],
  ])("%s", async (_, headers, later, isSame) => {
    const sockets: Socket[] = [];
    const server = await aLyingServer((socket) => {
      sockets.push(socket);
      socket.write(anAnswer("{}", { headers }));
    });
    const hand = { monotonic: 0, wall: 0 };
    const wire = aWire(server.url, hand);

    await wire.call(send(), NEVER);
    Object.assign(hand, later);
    const second = await wire.call(send(), NEVER);

    expect(second).toMatchObject({ kind: "answered" });
    expect(sockets).toHaveLength(2);
    expect(sockets[0] === sockets[1]).toBe(isSame);
  });

  it("that its server closed while it was idle is not used", async () => {
    const ended: Promise<unknown>[] = [];
    const server = await aLyingServer((socket) => {
      ended.push(once(socket, "close"));
      socket.end(anAnswer("{}"));
    });
    const wire = aWire(server.url);

    await wire.call(send(), NEVER);
    await ended[0];

    expect(await wire.call(send(), NEVER)).toMatchObject({ kind: "answered" });
    expect(server.requests).toHaveLength(2);
  });

  it.each<[string, (socket: Socket) => void]>([
    ["resets", (socket) => socket.resetAndDestroy()],
    ["ends", (socket) => socket.end()],
  ])("that its server %s as it is used again carries nothing twice", async (_, leave) => {
    for (let round = 0; round < 20; round += 1) {
      const server = await startLyingServer((socket, request) => {
        // The first answer, and the connection goes while the next request is on its way.
        socket.write(anAnswer("{}"), () => {
          if (!request.includes("second")) setTimeout(() => leave(socket), round % 4);
        });
      });
      const wire = aWire(server.url);
      await wire.call(send(), NEVER);
      await new Promise((resolve) => setTimeout(resolve, round % 5));

      const second = await wire.call({ ...send(), path: "/second" }, NEVER);
      const arrived = server.requests.filter((request) => request.includes("second")).length;

      expect(arrived).toBeLessThanOrEqual(1);
      if (second.kind === "answered") expect(arrived).toBe(1);
      if (arrived === 1) expect(["answered", "lost"]).toContain(second.kind);
      await wire.close();
      await server.close();
    }
  });
});

it("fresh connections do not accumulate where they are not used again", async () => {
  const server = await aLyingServer((socket) => socket.write(anAnswer("{}")));
  const hand = { monotonic: 0, wall: 0 };
  const clocks = { monotonic: () => hand.monotonic, wall: () => hand.wall };
  const route = { origin: new URL(server.url), proxy: null, ca: null };
  const pool = new Connections(Infinity, { route, connector: new Connector(route), clocks });
  closing.push(() => pool.close());

  for (let call = 0; call < 50; call += 1) {
    const connection = pool.take({ isFresh: true });
    if (connection !== null) pool.giveBack(connection);
    hand.monotonic += 1_000;
  }

  expect(pool.size).toBeLessThanOrEqual(4);
});

it("the end of a task at Hainan is asked for over a fresh connection, because it cannot be observed", () => {
  expect(endCall("task.finish", { input: { taskUuid: "t" }, taskUuid: "t" })).toMatchObject({
    isUnobservable: true,
  });
  expect(endCall("task.cancel", { input: { taskUuid: "t" }, taskUuid: "t" })).toMatchObject({
    isUnobservable: true,
  });
});
