/**
 * Callbacks through the door: a real receiver, a real worker, a real Redis.
 */
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook as Receiver } from "standardwebhooks";
import { afterEach, describe, expect, it } from "vitest";
import { startCallbackWorker } from "../../src/app/callback-worker.ts";
import { openOperations } from "../../src/app/operations-context.ts";
import type { RunningWorker } from "../../src/app/running-worker.ts";
import type { Caller } from "../../src/operations/caller.ts";
import { replayDeadLetter } from "../../src/operations/replay.ts";
import { CallbackStore } from "../../src/storage/callback-store.ts";
import { connect } from "../../src/storage/connection.ts";
import { AccountKeys } from "../../src/storage/keys.ts";
import { aTodo } from "../support/builders.ts";
import { enqueueAll } from "../support/deliveries.ts";
import { eventually } from "../support/eventually.ts";
import { testRedisUrl } from "../support/redis.ts";
import { FAST, startSystem, type System } from "../support/system.ts";

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
        return response.writeHead(status, { location: "http://127.0.0.1:1/elsewhere" }).end();
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, resolve);
  });
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/done`, told };
}

const CALLBACKS = `callbacks: { allowHosts: ["127.0.0.1"], secret: "${secret}", allowPrivate: true, allowHttp: true }`;

async function aSystem(): Promise<System> {
  const system = await startSystem({ root: CALLBACKS });
  closing.push(() => system.close());
  return system;
}

async function aCallbackWorker(system: System): Promise<RunningWorker> {
  const worker = await startCallbackWorker({
    config: system.config,
    emit: (event) => void system.events.push(event),
  });
  closing.push(() => worker.stop());
  return worker;
}

function callbacksOf(system: System): CallbackStore {
  const redis = connect({ url: testRedisUrl() }, { role: "producer", onError: () => undefined });
  closing.push(async () => redis.disconnect());
  return new CallbackStore(redis, { prefix: system.config.redis.prefix, account: "yzj" });
}

describe("a producer that left a callback URL", () => {
  it("gets one signed callback when its delivery is confirmed", async () => {
    const receiver = await startReceiver([204]);
    const system = await aSystem();
    await aCallbackWorker(system);

    const id = await system.enqueue({ ...aTodo(), callbackUrl: receiver.url });
    await system.ended(id);
    const [first] = await eventually(
      () => receiver.told,
      ({ length }) => length > 0,
    );

    const message = new Receiver(secret).verify(first?.body ?? "", first?.headers as Record<string, string>);
    expect(message).toMatchObject({ type: "delivery.confirmed", data: { id, status: "confirmed" } });
    const callbacks = callbacksOf(system);
    const state = await eventually(
      () => callbacks.get(id),
      (found) => found?.status === "delivered",
    );
    expect(state?.attempts).toBe(1);
    expect(receiver.told).toHaveLength(1);
  });

  it("gets a callback for a dead letter too, and its failure does not change the delivery", async () => {
    const receiver = await startReceiver([500]);
    const system = await aSystem();
    await system.misbehave({ script: [{ fault: "throttled", endpoint: "todo.create", times: -1 }] });
    await aCallbackWorker(system);

    const deadline = Date.now() + 1_500;
    const id = await system.enqueue({ ...aTodo(), callbackUrl: receiver.url, deadline });
    const before = await system.ended(id);
    await eventually(
      () => receiver.told,
      ({ length }) => length > 0,
    );
    const callbacks = callbacksOf(system);
    const state = await eventually(
      () => callbacks.get(id),
      (found) => found?.attempts === 1,
    );

    expect(state).toMatchObject({ status: "due", detail: "HTTP 500" });
    expect(await system.store.get(id)).toEqual(before);
  });

  it("gets no callback through a redirect", async () => {
    const receiver = await startReceiver([302]);
    const system = await aSystem();
    await aCallbackWorker(system);

    const id = await system.enqueue({ ...aTodo(), callbackUrl: receiver.url });
    const callbacks = callbacksOf(system);
    const state = await eventually(
      () => callbacks.get(id),
      (found) => found !== null,
    );

    expect(state).toMatchObject({ status: "due", detail: "HTTP 302" });
    expect(receiver.told).toHaveLength(1);
  });

  it("is refused when the host is not allowed", async () => {
    const system = await aSystem();

    const result = await system.producer.enqueue({ ...aTodo(), callbackUrl: "https://evil.example/x" });

    expect(result).toEqual({
      kind: "invalid",
      errors: [{ pointer: "/callbackUrl", detail: "expected a host that callbacks.allowHosts names" }],
    });
  });
});

describe("a producer whose delivery is replayed during its callback", () => {
  it("gets a callback for the second end too, although it answers the first call after that", async () => {
    const system = await aSystem();
    await system.misbehave({ script: [{ fault: "throttled", endpoint: "todo.create", times: -1 }] });
    const operations = openOperations({ config: system.config, onError: () => undefined, tuning: FAST });
    closing.push(() => operations.close());
    const told: string[] = [];
    const receiver = await startServer(async (body, answer) => {
      const { type, data } = JSON.parse(body) as { type: string; data: { id: string } };
      told.push(type);
      if (told.length === 1) {
        await system.misbehave({ clear: true });
        const caller: Caller = { name: "ops", role: "operator", accounts: null };
        await replayDeadLetter({ id: data.id, caller, note: null, payload: null }, operations.context);
        await eventually(
          () => system.store.get(data.id),
          (found) => found !== null && found !== "unreadable" && found.state.status === "confirmed",
        );
      }
      answer(200);
    });
    await aCallbackWorker(system);

    const deadline = Date.now() + 1_500;
    await system.enqueue({ ...aTodo(), callbackUrl: receiver, deadline });

    await eventually(
      () => told,
      ({ length }) => length === 2,
    );
    expect(told).toEqual(["delivery.dead", "delivery.confirmed"]);
  });
});

/** A worker leases 200 callbacks at once. */
const MORE_THAN_A_LEASE = 220;

describe("a receiver that does not answer", () => {
  it("delays no other receiver", async () => {
    const system = await aSystem();
    const silent = await startServer(async () => undefined);
    const other = await startReceiver([204]);
    await enqueueAll(
      system.producer,
      Array.from({ length: MORE_THAN_A_LEASE }, () => ({ ...aTodo(), callbackUrl: silent })),
    );
    const due = callbacksDue(system);
    await eventually(due, (count) => count === MORE_THAN_A_LEASE);
    const id = await system.enqueue({ ...aTodo(), callbackUrl: other.url });
    // It is due behind all the others.
    await eventually(due, (count) => count === MORE_THAN_A_LEASE + 1);
    await aCallbackWorker(system);

    await eventually(
      () => other.told,
      ({ length }) => length > 0,
    );

    // Each of them is given up after 10 s: whoever waits for them has seen almost all of them end.
    const tried = system.events.filter((event) => event.event === "callback.tried" && event.id !== id);
    expect(tried.length).toBeLessThan(MORE_THAN_A_LEASE / 4);
  }, 120_000);
});

describe("a record that cannot be read", () => {
  it("still has a callback that says the delivery is dead", async () => {
    const receiver = await startReceiver([204]);
    const system = await startSystem({ root: CALLBACKS, withoutWorker: true });
    closing.push(() => system.close());
    const id = await system.enqueue({ ...aTodo(), callbackUrl: receiver.url });
    const redis = connect({ url: testRedisUrl() }, { role: "producer", onError: () => undefined });
    closing.push(async () => redis.disconnect());
    await redis.hset(new AccountKeys(system.config.redis.prefix, "yzj").delivery(id), "state", "{");
    await system.startWorker();
    await aCallbackWorker(system);

    const [first] = await eventually(
      () => receiver.told,
      ({ length }) => length > 0,
    );

    expect(JSON.parse(first?.body ?? "")).toMatchObject({
      type: "delivery.dead",
      data: { id, status: "dead", reason: "invalid" },
    });
  });
});

describe("several secrets", () => {
  it("sign each callback, and a host may have its own", async () => {
    const receiver = await startReceiver([204]);
    const [fresh, old, own] = ["fresh", "old", "own"].map((name) => `${name}-${"x".repeat(32)}`);
    const system = await startSystem({
      root: `callbacks: { allowHosts: ["127.0.0.1", localhost], secrets: ["${fresh}", "${old}"], hosts: { localhost: { secrets: ["${own}"] } }, allowPrivate: true, allowHttp: true }`,
    });
    closing.push(() => system.close());
    await aCallbackWorker(system);

    const signers = async (url: string): Promise<(string | undefined)[]> => {
      const before = receiver.told.length;
      await system.enqueue({ ...aTodo(), callbackUrl: url });
      const told = await eventually(
        () => receiver.told,
        ({ length }) => length > before,
      );
      const { headers, body } = told.at(-1) ?? { headers: {}, body: "" };
      const signed = [headers["webhook-id"], headers["webhook-timestamp"], body].map(String).join(".");
      return String(headers["webhook-signature"])
        .split(" ")
        .map((signature) =>
          [fresh, old, own].find(
            (secret = "") =>
              signature === `v1,${createHmac("sha256", secret).update(signed).digest("base64")}`,
          ),
        );
    };

    expect(await signers(receiver.url)).toEqual([fresh, old]);
    expect(await signers(receiver.url.replace("127.0.0.1", "localhost"))).toEqual([own]);
  });
});

/** Reads how many callbacks are due. */
function callbacksDue(system: System): () => Promise<number> {
  const redis = connect({ url: testRedisUrl() }, { role: "worker", onError: () => undefined });
  closing.push(async () => redis.disconnect());
  const { callbackDue } = new AccountKeys(system.config.redis.prefix, "yzj");
  return async () => redis.zcard(callbackDue);
}

/** Answers when, and if, `answer` is called. */
async function startServer(
  hear: (body: string, answer: (status: number) => void) => Promise<void>,
): Promise<string> {
  const server: Server = createServer((request, response) => {
    text(request)
      .then(async (body) => hear(body, (status) => void response.writeHead(status).end()))
      .catch(() => response.destroy());
  });
  // Both families, for `localhost`.
  await new Promise<void>((resolve) => {
    server.listen(0, resolve);
  });
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/done`;
}
