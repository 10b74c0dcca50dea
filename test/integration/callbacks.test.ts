/**
 * Callbacks through the door: a real receiver, a real worker, a real Redis.
 */
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook as Receiver } from "standardwebhooks";
import { afterEach, describe, expect, it } from "vitest";
import { startCallbackWorker } from "../../src/app/callback-worker.ts";
import type { RunningWorker } from "../../src/app/worker-process.ts";
import { CallbackStore } from "../../src/storage/callback-store.ts";
import { connect } from "../../src/storage/connection.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { testRedisUrl } from "../support/redis.ts";
import { startWorld, type World } from "../support/world.ts";

const secret = `whsec_${Buffer.from("a secret of twenty-four b").toString("base64")}`;
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Told {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function startReceiver(answers: readonly number[]): Promise<{ url: string; told: Told[] }> {
  const told: Told[] = [];
  const server: Server = createServer((request, response) => {
    text(request).then(
      (body) => {
        told.push({ headers: request.headers, body });
        const status = answers[Math.min(told.length, answers.length) - 1] ?? 200;
        response.writeHead(status, { location: "http://127.0.0.1:1/elsewhere" }).end();
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/done`, told };
}

async function aWorld(): Promise<World> {
  const world = await startWorld({
    root: `callbacks: { allowHosts: ["127.0.0.1"], secret: "${secret}", allowPrivate: true, allowHttp: true }`,
  });
  closing.push(() => world.close());
  return world;
}

async function aCallbackWorker(world: World): Promise<RunningWorker> {
  const worker = await startCallbackWorker({
    config: world.config,
    emit: (event) => void world.events.push(event),
  });
  closing.push(() => worker.stop());
  return worker;
}

function callbacksOf(world: World): CallbackStore {
  const redis = connect({ url: testRedisUrl() }, "producer", () => undefined);
  closing.push(async () => redis.disconnect());
  return new CallbackStore(redis, world.config.redis.prefix, "yzj");
}

describe("a producer that left a callback URL", () => {
  it("is told once, signed, when its delivery is confirmed", async () => {
    const receiver = await startReceiver([204]);
    const world = await aWorld();
    await aCallbackWorker(world);

    const id = await world.enqueue({ ...aTodo(), callbackUrl: receiver.url });
    await world.ended(id);
    const [first] = await eventually(
      () => receiver.told,
      ({ length }) => length > 0,
    );

    const message = new Receiver(secret).verify(first?.body ?? "", first?.headers as Record<string, string>);
    expect(message).toMatchObject({ type: "delivery.confirmed", data: { id, status: "confirmed" } });
    const callbacks = callbacksOf(world);
    const state = await eventually(
      () => callbacks.get(id),
      (found) => found?.status === "delivered",
    );
    expect(state?.attempts).toBe(1);
    expect(receiver.told).toHaveLength(1);
  });

  it("is told of a dead letter too, and its failure leaves the delivery what it is", async () => {
    const receiver = await startReceiver([500]);
    const world = await aWorld();
    await world.misbehave({ script: [{ fault: "throttled", endpoint: "todo.create", times: -1 }] });
    await aCallbackWorker(world);

    const deadline = Date.now() + 1_500;
    const id = await world.enqueue({ ...aTodo(), callbackUrl: receiver.url, deadline });
    const before = await world.ended(id);
    await eventually(
      () => receiver.told,
      ({ length }) => length > 0,
    );
    const callbacks = callbacksOf(world);
    const state = await eventually(
      () => callbacks.get(id),
      (found) => found?.attempts === 1,
    );

    expect(state).toMatchObject({ status: "due", detail: "HTTP 500" });
    expect(await world.store.get(id)).toEqual(before);
  });

  it("is not followed through a redirect", async () => {
    const receiver = await startReceiver([302]);
    const world = await aWorld();
    await aCallbackWorker(world);

    const id = await world.enqueue({ ...aTodo(), callbackUrl: receiver.url });
    const callbacks = callbacksOf(world);
    const state = await eventually(
      () => callbacks.get(id),
      (found) => found !== null,
    );

    expect(state).toMatchObject({ status: "due", detail: "HTTP 302" });
    expect(receiver.told).toHaveLength(1);
  });

  it("is refused at the door when its host is not allowed", async () => {
    const world = await aWorld();

    const result = await world.producer.enqueue({ ...aTodo(), callbackUrl: "https://evil.example/x" });

    expect(result).toEqual({
      kind: "invalid",
      errors: [{ pointer: "/callbackUrl", detail: "expected a host that callbacks.allowHosts names" }],
    });
  });
});
