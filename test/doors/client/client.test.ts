import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { BidaClient } from "../../../src/doors/client/bida-client.ts";
import { BatchError, BidaError, NotFinished } from "../../../src/doors/client/errors.ts";
import type { Delivery, UncheckedPayloads } from "../../../src/doors/client/types.ts";
import { aTodo } from "../../support/builders.ts";
import { KEYS, startApiSystem, type ApiSystem } from "../http/api-system.ts";
import { startLossyProxy, type LossyProxy } from "./lossy-proxy.ts";

let system: ApiSystem;
let proxy: LossyProxy;
beforeAll(async () => {
  system = await startApiSystem({ account: "todo: { mode: sync }" });
  proxy = await startLossyProxy(system.api.url);
});
afterAll(async () => {
  await proxy.close();
  await system.close();
});

const client = (key: string | null = KEYS.oa): BidaClient<UncheckedPayloads> =>
  new BidaClient({ url: proxy.url, key });
const failureOf = async (call: Promise<unknown>): Promise<BidaError> => {
  const failure: unknown = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(failure instanceof BidaError)) throw new Error("it did not fail with a BidaError");
  return failure;
};
const keysOf = (bodies: readonly string[]): Set<unknown> =>
  new Set(bodies.map((body) => (JSON.parse(body) as { key: unknown }).key));

describe("send", () => {
  it("makes one delivery of one call, however many answers are lost", async () => {
    const before = proxy.bodies.length;
    proxy.lose = 2;
    const accepted = await client().send(aTodo());
    expect(accepted.result).toBe("existing");
    const bodies = proxy.bodies.slice(before);
    expect(bodies).toHaveLength(3);
    expect(keysOf(bodies).size).toBe(1);
    const { items } = await client().list({ key: String([...keysOf(bodies)][0]) });
    expect(items.map(({ id }) => id)).toEqual([accepted.id]);
  });

  it("makes two deliveries of two calls", async () => {
    const todo = aTodo();
    const [first, second] = [await client().send(todo), await client().send(todo)];
    expect(first.id).not.toBe(second.id);
  });

  it("keeps the caller's own key", async () => {
    const { id } = await client().send({ ...aTodo(), key: "own-key" });
    expect((await client().get(id)).key).toBe("own-key");
  });

  it("fails with every wrong field", async () => {
    const { status, code, errors, requestId } = await failureOf(
      client().send(aTodo({ title: 7, url: null })),
    );
    expect({ status, code }).toEqual({ status: 400, code: "invalid" });
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(["/payload/title", "/payload/url"]);
    expect(requestId).not.toBeNull();
  });
});

describe("sendBatch", () => {
  it("answers item by item, in order, also when an answer is lost", async () => {
    proxy.lose = 1;
    const orders = [aTodo(), aTodo({ title: 7 }), { ...aTodo(), account: "nowhere" }, aTodo()];
    const results = await client(KEYS.ops).sendBatch(orders);
    expect(results.map(({ status }) => status)).toEqual([200, 400, 404, 200]);
  });

  it("takes more than fit into one request", async () => {
    const sendAt = Date.now() + 3_600_000;
    const orders = Array.from({ length: 1_100 }, () => ({ ...aTodo(), sendAt }));
    const results = await client().sendBatch(orders);
    expect(new Set(results.map(({ id }) => id)).size).toBe(1_100);
  });
});

describe("sendBatch that breaks off", () => {
  it("fails with the answers that it already has", async () => {
    const sendAt = Date.now() + 3_600_000;
    proxy.breaksAfter = 1;
    const failure = await failureOf(
      client().sendBatch(Array.from({ length: 1_100 }, () => ({ ...aTodo(), sendAt }))),
    );
    proxy.breaksAfter = null;
    if (!(failure instanceof BatchError)) throw failure;
    expect(failure).toMatchObject({ status: 500, code: "notBida" });
    expect(failure.results).toHaveLength(1_100);
    expect(failure.results.filter((result) => result?.result === "created")).toHaveLength(1_000);
    expect(failure.results.slice(1_000)).toEqual(Array(100).fill(null));
  });
});

describe("what is not safe to repeat is not repeated", () => {
  it("a replay whose answer was lost", async () => {
    await system.misbehave({ clear: true, script: [{ fault: "bad-recipients", endpoint: "todo.create" }] });
    const id = await system.enqueue(aTodo());
    expect((await system.ended(id)).state.status).toBe("dead");
    const before = proxy.bodies.length;
    proxy.lose = 1;
    const { status, code } = await failureOf(client(KEYS.ops).deadLetters.replay(id));
    expect({ status, code }).toEqual({ status: null, code: "unreachable" });
    expect(proxy.bodies.length - before).toBe(1);
    expect((await system.ended(id)).state.generation).toBe(2);
  });

  it("a call with a wrong key", async () => {
    const before = proxy.bodies.length;
    expect(await failureOf(client("wrong").send(aTodo()))).toMatchObject({
      status: 401,
      code: "unauthenticated",
    });
    expect(proxy.bodies.length - before).toBe(1);
  });
});

describe("waitUntilFinished", () => {
  it("resolves with the delivery when it has ended", async () => {
    const { id } = await client().send(aTodo());
    expect(await client().waitUntilFinished(id, { timeoutMs: 20_000 })).toMatchObject({
      id,
      status: "confirmed",
    });
  });

  it("rejects with what is known when the time is over", async () => {
    const { id } = await client().send({ ...aTodo(), sendAt: Date.now() + 3_600_000 });
    const waiting = client().waitUntilFinished(id, { timeoutMs: 50 });
    await expect(waiting).rejects.toThrow(NotFinished);
    await expect(waiting).rejects.toMatchObject({ delivery: { id, status: "queued" } });
  });

  it("ends when the caller aborts", async () => {
    const { id } = await client().send({ ...aTodo(), sendAt: Date.now() + 3_600_000 });
    const enough = new AbortController();
    const waiting = client().waitUntilFinished(id, { signal: enough.signal });
    enough.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
  });
});

describe("an error", () => {
  it("says that nobody answered, without the key", async () => {
    const alone = new BidaClient({ url: "http://127.0.0.1:9", key: "s3cret", patienceMs: 0 });
    const failure = await failureOf(alone.list());
    expect(failure).toMatchObject({ status: null, code: "unreachable" });
    expect(String(failure)).not.toContain("s3cret");
  });

  it.each([
    ["a key of two lines", { url: "http://127.0.0.1:9", key: "first\ns3cret" }],
    ["a key in Chinese", { url: "http://127.0.0.1:9", key: "密钥s3cret" }],
    ["a URL with a password", { url: "http://oa:s3cret@127.0.0.1:9", key: "k" }],
  ])("does not repeat %s, of which no request can be made", async (_what, options) => {
    const failure = await failureOf(new BidaClient({ ...options, patienceMs: 0 }).list());

    expect(failure.detail).toBe(
      "no answer from http://127.0.0.1:9 (no request can be made with this URL and this key)",
    );
    expect(inspect(failure)).not.toContain("s3cret");
  });

  it("of a key that no header can carry comes at once: no repeat mends it", async () => {
    let calls = 0;
    const counting: typeof fetch = async (...asked) => {
      calls += 1;
      return fetch(...asked);
    };
    const client = new BidaClient({ url: "http://127.0.0.1:9", key: "two\nlines", fetch: counting });

    await failureOf(client.list());

    expect(calls).toBe(1);
  });

  it.each(["Failed to fetch", "Load failed", "NetworkError when attempting to fetch resource."])(
    "of a browser (%s) leaves it open whether the call was done",
    async (message) => {
      const lost: typeof fetch = async () => Promise.reject(new TypeError(message));
      const client = new BidaClient({ url: "http://127.0.0.1:9", key: "k", fetch: lost, patienceMs: 0 });

      expect(await failureOf(client.deadLetters.replay("d1"))).toMatchObject({
        code: "unreachable",
        detail: `no answer from http://127.0.0.1:9 (${message})`,
        mayBeDone: true,
      });
    },
  );

  it("says that somebody else answered", async () => {
    const elsewhere = new BidaClient({ url: system.sandbox.url, patienceMs: 0 });
    expect(await failureOf(elsewhere.list())).toMatchObject({ status: 404, code: "notBida" });
  });
});

it("the client's types are the contract's", () => {
  expectTypeOf<Awaited<ReturnType<BidaClient["waitUntilFinished"]>>>().toEqualTypeOf<Delivery>();
  expectTypeOf<Delivery["status"]>().toEqualTypeOf<
    "queued" | "sending" | "retrying" | "confirming" | "confirmed" | "dead" | "discarded" | "cancelled"
  >();
});
