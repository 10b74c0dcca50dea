/**
 * Some time after its end a delivery keeps its proof, and what it is found and compared by: everything that
 * looks at an ended one goes on as before, without the payload.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHash } from "node:crypto";
import { accountNamed } from "../../src/app/mirror-wiring.ts";
import { channelsOf } from "../../src/app/platforms.ts";
import { keyHash } from "../../src/delivery/idempotency.ts";
import { lookupName } from "../../src/delivery/lookup-names.ts";
import { die } from "../../src/delivery/decision.ts";
import { DEFAULT_POLICY } from "../../src/delivery/policy.ts";
import type { Delivery } from "../../src/delivery/record.ts";
import type { TrimmableStatus } from "../../src/delivery/trim.ts";
import { deliveryView } from "../../src/operations/delivery-view.ts";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import { trimEnded } from "../../src/pipeline/trim-ended.ts";
import { CallbackStore } from "../../src/storage/callback-store.ts";
import { connect, type ScriptedRedis } from "../../src/storage/connection.ts";
import { DeliveryListStore } from "../../src/storage/delivery-list-store.ts";
import { TrimStore } from "../../src/storage/trim-store.ts";
import { aTodo } from "../support/builders.ts";
import { testRedisUrl } from "../support/redis.ts";
import { a, aMeeting } from "../support/schedules.ts";
import { aPipeline } from "../support/pipeline.ts";
import { startSystem, type System } from "../support/system.ts";
import { AccountKeys } from "../../src/storage/keys.ts";

let system: System;
let redis: ScriptedRedis;
let lists: DeliveryListStore;
let trims: TrimStore;
let keys: AccountKeys;
beforeAll(async () => {
  system = await startSystem({
    lookup: "lists",
    root: `callbacks: { allowHosts: ["127.0.0.1"], secret: "${SECRET}", allowPrivate: true, allowHttp: true }`,
  });
  const { prefix } = system.config.redis;
  redis = connect({ url: testRedisUrl() }, { role: "worker", onError: () => undefined });
  lists = new DeliveryListStore(redis, { prefix, account: "yzj" });
  trims = new TrimStore(redis, { prefix, account: "yzj" });
  keys = new AccountKeys(prefix, "yzj");
});
afterAll(async () => {
  redis.disconnect();
  await system.close();
});

const SECRET = createHash("sha256").update("trimmed").digest("hex");

/** Trims all that has ended until now. */
async function trim(status: TrimmableStatus = "confirmed"): Promise<void> {
  const channels = channelsOf(accountNamed("yzj", system.config));
  // A second ahead: what has just ended by the worker's clock has ended by Redis' clock too.
  const policy = { ...DEFAULT_POLICY, trimAfterMs: -1_000 };
  const { account, runtime } = aPipeline({}).context;
  while (await trimEnded(status, { trims, context: { channels, policy, account, runtime } }));
}

async function delivered(input: EnqueueInput): Promise<Delivery> {
  return system.ended(await system.enqueue(input));
}

async function read(id: string) {
  const [stored] = await lists.read([id]);
  if (stored == null || stored === "unreadable") throw new Error(`${id} cannot be read`);
  return stored;
}

const purged = async (): Promise<number> =>
  system.store.purge("confirmed", { retentionMs: -1_000, referenceRetentionMs: 90_000, most: 1_000 });

describe("a confirmed delivery that was trimmed", () => {
  it("is shown as before, found as before, and takes 600 bytes at most", async () => {
    const input = {
      ...aTodo({}, ["trim-1"]),
      key: "trim-1",
      metadata: { n: 1 },
      callbackUrl: "http://127.0.0.1:9/",
    };
    const { request } = await delivered(input);
    const key = keys.delivery(request.id);
    const before = await read(request.id);
    await trim();

    const after = await read(request.id);
    expect(deliveryView(after.delivery)).toEqual(deliveryView(before.delivery));
    expect(after).toMatchObject({ isTrimmed: true, callback: before.callback });
    expect(await lists.payloads(request.id)).toEqual({ payload: null, originals: [] });
    const events = (await lists.timeline(request.id)).map(({ event }) => event);
    expect(events).toEqual(expect.arrayContaining(["sent", "checked", "confirmed"]));
    expect(await lists.idOfKey(keyHash("trim-1"))).toBe(request.id);
    const list = { after: null, since: null, until: null };
    const places = await lists.places(`recipient:${lookupName("trim-1")}`, { range: list, most: 10 });
    expect(places.map(({ id }) => id)).toEqual([request.id]);
    expect(await redis.object("ENCODING", key)).toBe("listpack");
    expect(Number(await redis.call("MEMORY", "USAGE", key))).toBeLessThan(600);
  });

  it("answers its key as before: an equal request is existing, another one is a conflict", async () => {
    const input = { ...aTodo(), key: "trim-2" };
    const { request } = await delivered(input);
    await trim();

    expect(await system.producer.enqueue(input)).toEqual({ kind: "existing", id: request.id });
    expect(
      await system.producer.enqueue({ ...input, payload: { ...input.payload, title: "另一件事" } }),
    ).toMatchObject({ kind: "conflict", id: request.id, errors: [{ pointer: "/payload" }] });
  });

  it("is still what a second create of its todo is compared with", async () => {
    const input = aTodo({ params: ["ann", "bob"].map((openId) => ({ openId, content: `给 ${openId}` })) });
    const first = await delivered(input);
    await trim();

    // In lanes of their own: what is dead holds up nobody.
    const again = async (lane: string, fields: object) =>
      delivered({ ...input, lane, payload: { ...input.payload, ...fields } });
    const same = await again("same", { sync: false });
    const other = await again("other", { title: "另一件事" });
    const params = [
      { openId: "ann", content: "换了" },
      { openId: "bob", content: "给 bob" },
    ];
    const mixed = await again("mixed", { params });

    expect(same.state.status).toBe("confirmed");
    expect(same.state.recipients[0]?.evidence?.note).toContain(first.request.id);
    expect(other.state).toMatchObject({ status: "dead", reason: "rejected", sends: 0 });
    expect(other.state.detail).toContain(first.request.id);
    expect(mixed.state.recipients.map(({ status }) => status)).toEqual(["rejected", "confirmed"]);
  });

  it("of a schedule still says what it was created with, and is found by `of`, also when it is forgotten", async () => {
    const { request, state } = await delivered(a("create", aMeeting("第一次的周会"), "trim-meeting"));
    await trim();

    expect(await system.store.remains(request.id)).toContain("第一次的周会");
    const named = { receipt: state.receipt, lane: request.lane, ended: true };
    expect(await system.store.referenced(keyHash("trim-meeting"))).toMatchObject(named);
    const { workId = "" } = state.receipt ?? {};
    expect(await lists.ownerOf(workId)).toBe(request.id);

    await purged();
    expect(await system.store.get(request.id)).toBeNull();
    expect(await system.store.referenced(keyHash("trim-meeting"))).toMatchObject(named);
    expect(await lists.ownerOf(workId)).toBeNull();
  });

  it("takes a late receipt, and is forgotten with all that leads to it", async () => {
    const { request } = await delivered(aTodo({}, ["trim-3"]));
    await trim();
    const { delivery } = await read(request.id);
    const state = { ...delivery.state, receipt: { workId: "late-1" } };

    expect(
      await system.store.save(delivery, {
        decision: { state, entries: [{ at: 9, event: "receiptCameLate", to: 1 }] },
      }),
    ).toMatchObject({ kind: "saved" });

    expect((await read(request.id)).delivery.state.receipt).toEqual({ workId: "late-1" });
    const events = (await lists.timeline(request.id)).map(({ event }) => event);
    expect(events.slice(-2)).toEqual(["confirmed", "receiptCameLate"]);
    await purged();
    expect(
      await redis.exists(keys.delivery(request.id), keys.lookup("recipient", lookupName("trim-3"))),
    ).toBe(0);
  });

  it("can still have its callback repeated", async () => {
    const callbacks = new CallbackStore(redis, { prefix: system.config.redis.prefix, account: "yzj" });
    const { request } = await delivered({ ...aTodo(), callbackUrl: "http://127.0.0.1:9/told" });
    await trim();

    const lease = await callbacks.lease(100, 1_000);

    const found = lease.callbacks.find(({ id }) => id === request.id);
    expect(found?.delivery?.request.callbackUrl).toBe("http://127.0.0.1:9/told");
    expect(found?.delivery?.state.status).toBe("confirmed");
    const told = { state: { attempts: 1, status: "delivered", detail: null } as const, nextAt: null };
    expect(found && (await callbacks.save(found, { decision: told, now: Date.now() }))).toBe(true);
    expect((await read(request.id)).callback).toMatchObject({ status: "delivered" });
  });
});

describe("trimming", () => {
  it("looks at each ended delivery once, also of many that ended at one moment, and at none that ended too recently", async () => {
    const { prefix } = system.config.redis;
    const own = new TrimStore(redis, { prefix, account: "ties" });
    const ids = Array.from({ length: 25 }, (_, at) => `d${String(at).padStart(2, "0")}`);
    const ties = new AccountKeys(prefix, "ties");
    const state = '{"knowledge":"accepted","recipients":[],"status":"confirmed","finishedAt":5}';
    const stored = { request: '{"operation":"x.y","createdAt":1,"deadlineAt":2}', state, version: 3 };
    for (const id of ids) await redis.hset(ties.delivery(id), stored);
    for (const id of ids)
      await redis.zadd(ties.status("confirmed"), id < "d20" ? 5 : Date.now() + 60_000, id);

    const seen: string[] = [];
    for (;;) {
      const { place, items } = await own.trimmable("confirmed", { endedForMs: 1_000, most: 7 });
      if (place === null) break;
      seen.push(...items.map(({ delivery }) => delivery.request.id));
      await own.trimmedTo("confirmed", place);
    }

    expect(seen).toEqual(ids.slice(0, 20));
  });

  it("leaves unknown operations and dead letters whole", async () => {
    const id = await system.enqueue({
      ...aTodo(),
      deadline: Date.now() + 60_000,
      sendAt: Date.now() + 50_000,
    });
    const delivery = await system.store.get(id);
    if (delivery === null || delivery === "unreadable") throw new Error("it is gone");
    await system.store.save(delivery, {
      decision: die(delivery.state, { reason: "rejected", detail: "no", entries: [], context: { now: 1 } }),
    });
    await redis.hset(keys.delivery("unknown"), {
      request: '{"operation":"x.y","createdAt":1,"deadlineAt":2}',
      state: '{"knowledge":"accepted","recipients":[],"status":"confirmed","finishedAt":5}',
      version: 1,
      payload: "{}",
    });
    await redis.zadd(keys.status("confirmed"), Date.now(), "unknown");

    await trim("confirmed");
    await trim("cancelled");

    expect((await lists.payloads(id)).payload).not.toBeNull();
    expect((await lists.payloads("unknown")).payload).toBe("{}");
  });
});
