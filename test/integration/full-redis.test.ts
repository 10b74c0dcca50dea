/**
 * A Redis whose memory is used up takes nothing new. What was acknowledged goes on all the same: it is sent, proven,
 * ends at its deadline and is forgotten in time, or the memory would be full for ever.
 */
import { Redis } from "ioredis";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startDeliveryWorker, type DeliveryWorker } from "../../src/app/delivery-worker.ts";
import { startPrivateRedis, type PrivateRedis } from "../../src/dev/private-redis/private-redis.ts";
import { AlertStore } from "../../src/storage/alert-store.ts";
import type { ScriptedRedis } from "../../src/storage/connection.ts";
import { Turn, turnOfAlerts } from "../../src/storage/turn.ts";
import { WorkerStore } from "../../src/storage/worker-store.ts";
import type { BidaEvent } from "../../src/telemetry/events.ts";
import { aTodo } from "../support/builders.ts";
import { enqueueAll } from "../support/deliveries.ts";
import { eventually } from "../support/eventually.ts";
import { FAST, startSystem, type System } from "../support/system.ts";
import { a, aMeeting } from "../support/schedules.ts";

let redis: PrivateRedis;
let client: Redis;
let system: System;
let worker: DeliveryWorker | undefined;
beforeEach(async () => {
  redis = await startPrivateRedis({ appendfsync: "everysec" });
  client = new Redis(redis.url);
  system = await startSystem({
    redisUrl: redis.url,
    withoutWorker: true,
    lookup: "lists",
    policy: "retention: 1s",
  });
});
afterEach(async () => {
  await worker?.stop();
  await system.close();
  client.disconnect();
  await redis.stop();
});

/** Every write that may need memory is refused from now on. */
async function fill(): Promise<void> {
  await client.config("SET", "maxmemory", "1");
}

async function start(): Promise<BidaEvent[]> {
  const events: BidaEvent[] = [];
  const emit = (event: BidaEvent): void => void events.push(event);
  const { config } = system;
  worker = await startDeliveryWorker({
    config,
    emit,
    warn: () => undefined,
    tuning: FAST,
    retentionEveryMs: 100,
  });
  return events;
}

const range = (length: number): number[] => Array.from({ length }, (_, number) => number);

it("a worker that starts on a full Redis delivers what was acknowledged, proves it and forgets it", async () => {
  const ids = await enqueueAll(system.producer, [
    ...range(20).map(() => aTodo()),
    ...range(5).map((number) => a("create", aMeeting(`meeting ${number}`))),
  ]);
  await fill();

  const events = await start();
  const gone = await eventually(
    () => Promise.all(ids.map((id) => system.store.get(id))),
    (found) => found.every((one) => one === null),
    20_000,
  );

  expect(gone).toHaveLength(ids.length);
  const ended = events.filter((event) => event.event === "delivery.ended");
  expect(ended.map(({ status }) => status)).toEqual(ids.map(() => "confirmed"));
  const { todos } = await system.ledger();
  expect(todos.filter(({ stores, repeats }) => stores !== 1 || repeats > 0)).toEqual([]);
  // Also those behind the first one of a batch.
  const refused = await Promise.all(range(3).map(() => system.producer.enqueue(aTodo())));
  expect(refused.map(({ kind }) => kind)).toEqual(["unavailable", "unavailable", "unavailable"]);
});

it("what says which processes run, whose turn it is and what was alerted is written on a full Redis too", async () => {
  const scripted = client as ScriptedRedis;
  await fill();
  const workers = new WorkerStore(scripted, "full");
  const alerts = new AlertStore(scripted, "full");
  const entry = {
    id: "w",
    role: "delivery",
    host: "a",
    pid: 1,
    version: "1",
    startedAt: 0,
    accounts: [],
  } as const;
  await workers.announce({ ...entry, configDigest: "d", reasons: [], memoryBytes: 1, looks: [] });
  await alerts.write({ known: {}, pending: [], digestDay: "2026-11-27" });
  const turnOf = (name: string): Turn => new Turn(scripted, { prefix: "full", what: turnOfAlerts, name });

  expect(await turnOf("mine").take(60_000)).toBe(true);
  expect(await turnOf("another").take(60_000)).toBe(false);
  expect(await turnOf("mine").take(60_000)).toBe(true);
  expect((await workers.list()).map(({ id }) => id)).toEqual(["w"]);
  expect(await alerts.read()).toMatchObject({ digestDay: "2026-11-27" });
});

it("what the platform never shows is verified, sent again and ends at its deadline", async () => {
  await system.misbehave({ script: [{ fault: "not-stored", endpoint: "todo.create", times: -1 }] });
  const id = await system.enqueue({ ...aTodo(), deadline: Date.now() + 1_500 });
  await start();
  await eventually(system.store.count.bind(system.store, "confirming"), (count) => count === 1);
  await fill();

  expect((await system.ended(id)).state).toMatchObject({ status: "dead", reason: "unproven" });
});
