/**
 * A failover to a replica that missed the last writes. From then on a delivery has two histories: that of the old
 * master, which a worker still has in mind, and that of the new one. Both go on from the same version.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Decision } from "../../src/delivery/decision.ts";
import type { Delivery, DeliveryState } from "../../src/delivery/record.ts";
import { startPrivateRedis, type PrivateRedis } from "../../src/dev/private-redis/private-redis.ts";
import { connect, type ScriptedRedis } from "../../src/storage/connection.ts";
import { DeliveryStore } from "../../src/storage/delivery-store.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { keysOf } from "../support/keys-of.ts";
import { startStableName, type StableName } from "../support/stable-name.ts";
import { startSystem, type System } from "../support/system.ts";
import { replicated } from "../support/topologies.ts";

interface Worker {
  readonly store: DeliveryStore;
  readonly redis: ScriptedRedis;
}

let master: PrivateRedis;
let replica: PrivateRedis;
let name: StableName;
let system: System;
/** Leases on the old master; its next calls reach the new one. */
let early: Worker;
/** Leases on the new master. */
let late: Worker;

beforeEach(async () => {
  master = await startPrivateRedis({ extraArgs: ["--repl-diskless-sync-delay", "0"] });
  replica = await startPrivateRedis({ extraArgs: ["--replicaof", "127.0.0.1", String(master.port)] });
  await replicated(master, 1);
  name = await startStableName(master.port);
  system = await startSystem({ redisUrl: master.url, withoutWorker: true });
  early = aWorker(`redis://127.0.0.1:${name.port}`);
  late = aWorker(replica.url);
});

afterEach(async () => {
  for (const { redis } of [early, late]) redis.disconnect();
  await system.close();
  await name.close();
  await replica.stop();
  await master.stop();
});

function aWorker(url: string): Worker {
  const { config } = system;
  const redis = connect({ ...config.redis, url }, { role: "worker", onError: () => undefined });
  return { redis, store: new DeliveryStore(redis, { prefix: config.redis.prefix, account: "yzj" }) };
}

/** The replica has everything up to now, and misses every later write. */
async function stopReplication(): Promise<void> {
  await replicated(master, 1);
  await late.redis.call("REPLICAOF", "NO", "ONE");
}

/** From now on the first worker calls the new master too. */
async function failOver(): Promise<void> {
  name.leadTo(replica.port);
  early.redis.disconnect(true);
  await eventually(
    () => early.redis.info("server"),
    (info) => info.includes(`tcp_port:${replica.port}`),
  );
}

const LEASE_MS = 60_000;

async function sendLeasedBy({ store, redis }: Worker): Promise<Delivery> {
  const { sends } = await eventually(
    async () =>
      store.leaseSends({
        most: 1,
        leaseMs: LEASE_MS,
        probeLeaseMs: LEASE_MS,
        patienceMs: LEASE_MS,
        intervalsUs: ["todo", 0],
        maxRateWaitMs: 0,
        withSuspects: true,
        calledAt: Number((await redis.time())[0]) * 1000,
        overdueCheckMs: LEASE_MS,
      }),
    (look) => look.sends.length > 0,
  );
  return readable(sends[0]?.delivery);
}

async function checkLeasedBy({ store }: Worker): Promise<Delivery> {
  const asked = { most: 1, leaseMs: LEASE_MS, probeLeaseMs: LEASE_MS, withSuspects: true, fullFamilies: [] };
  const { checks } = await eventually(
    () => store.leaseChecks(asked),
    (look) => look.checks.length > 0,
  );
  return readable(checks[0]?.delivery);
}

function readable(delivery: Delivery | "unreadable" | null | undefined): Delivery {
  if (delivery == null || delivery === "unreadable") throw new Error("nothing that can be read was leased");
  return delivery;
}

/** What a worker has found out, told apart by its detail. It is due for a check at once. */
function verified({ state }: Delivery, detail: string): Decision {
  const { waitCause: _, ...rest } = state;
  const next = { ...rest, waitCause: null, status: "confirming", knowledge: "unknown", detail, nextAt: 1 };
  return { state: next as DeliveryState, entries: [] };
}

async function aCheck(): Promise<void> {
  await system.enqueue(aTodo());
  const leased = await sendLeasedBy(early);
  await early.store.save(leased, { decision: verified(leased, "sent") });
}

it("a send leased on the old master is not saved over one leased on the new one", async () => {
  const id = await system.enqueue(aTodo());
  await stopReplication();
  const [before, after] = [await sendLeasedBy(early), await sendLeasedBy(late)];
  await failOver();

  const saved = await early.store.save(before, { decision: verified(before, "by the first") });

  expect(saved).toEqual({ kind: "stale" });
  expect(await late.redis.zscore(keysOf(system).sendLeases, id)).not.toBeNull();
  expect(await late.store.save(after, { decision: verified(after, "by the second") })).toMatchObject({
    kind: "saved",
  });
});

it("a check that was leased on the old master is neither saved nor handed back on the new one", async () => {
  await aCheck();
  await stopReplication();
  const [before, after] = [await checkLeasedBy(early), await checkLeasedBy(late)];
  const { id } = before.request;
  await failOver();

  await early.store.releaseChecks([{ id, version: before.version }]);
  const saved = await early.store.save(before, { decision: verified(before, "by the first") });

  expect(saved).toEqual({ kind: "stale" });
  expect(await late.redis.zscore(keysOf(system).confirmLeases, id)).not.toBeNull();
  expect(await late.store.save(after, { decision: verified(after, "by the second") })).toMatchObject({
    kind: "saved",
  });
});

it("what was saved on the old master is not taken for what the new one has", async () => {
  await aCheck();
  await stopReplication();
  for (const [worker, detail] of [
    [early, "by the first"],
    [late, "by the second"],
  ] as const) {
    const leased = await checkLeasedBy(worker);
    await worker.store.save(leased, { decision: verified(leased, detail) });
  }
  await failOver();

  const { state } = await checkLeasedBy(early);

  expect(state.detail).toBe("by the second");
});
