/**
 * A failover to a replica that missed the last writes. From then on a delivery has two histories: that of the old
 * master, which a worker still has in mind, and that of the new one. Both go on from the same version.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { die, type Decision } from "../../src/delivery/decision.ts";
import type { Delivery, DeliveryState } from "../../src/delivery/record.ts";
import type { FoundSend, SendLook } from "../../src/pipeline/ports.ts";
import { startPrivateRedis, type PrivateRedis } from "../../src/dev/private-redis/private-redis.ts";
import { ActionStore } from "../../src/storage/action-store.ts";
import { connect, type ScriptedRedis } from "../../src/storage/connection.ts";
import { DeadLetterStore } from "../../src/storage/dead-letter-store.ts";
import { DeliveryStore } from "../../src/storage/delivery-store.ts";
import { aSendLook } from "../support/a-send-look.ts";
import { aTodo } from "../support/builders.ts";
import { aBulkAction } from "../support/bulk-action.ts";
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
/** A lease that ran out when it was given, by so much that a step of the clock of Redis changes nothing. */
const RAN_OUT_MS = -60_000;

async function lookForSends(
  { store, redis }: Worker,
  changes: Omit<Partial<SendLook>, "calledAt"> = {},
): Promise<readonly FoundSend[]> {
  const calledAt = Number((await redis.time())[0]) * 1000;
  return (await store.leaseSends(aSendLook({ calledAt, leaseMs: LEASE_MS, ...changes }))).sends;
}

async function sendLeasedBy(worker: Worker, leaseMs = LEASE_MS): Promise<Delivery> {
  const sends = await eventually(
    () => lookForSends(worker, { leaseMs }),
    ({ length }) => length > 0,
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

it("the progress of a bulk action that was lost is not saved over that of the process that followed", async () => {
  const { prefix } = system.config.redis;
  const [before, after] = [new ActionStore(early.redis, prefix), new ActionStore(late.redis, prefix)];
  await before.add(aBulkAction());
  await stopReplication();
  await before.save(aBulkAction({ done: 1 }), { version: 1, nextAt: 0 });
  const { leased } = await before.lease(LEASE_MS);
  await after.save(aBulkAction({ done: 5 }), { version: 1, nextAt: 0 });
  await failOver();

  const saved = await before.save(aBulkAction({ done: 2 }), { version: leased?.version ?? 0, nextAt: 0 });

  expect([leased?.action.done, saved]).toEqual([1, false]);
  expect((await after.get("a-1"))?.action.done).toBe(5);
});

async function endDead({ store }: Worker, id: string): Promise<void> {
  const delivery = readable(await store.get(id));
  const decision = die(delivery.state, { reason: "rejected", detail: "…", entries: [], context: { now: 1 } });
  await store.save(delivery, { decision });
}

async function leaseACheck(worker: Worker, id: string): Promise<void> {
  await worker.redis.zadd(keysOf(system).confirmDue, 1, id);
  await checkLeasedBy(worker);
}

async function lookPastTheDeadline(worker: Worker, id: string): Promise<void> {
  await worker.redis.zadd(keysOf(system).deadlines, 1, id);
  await lookForSends(worker, { most: 0, overdueCheckMs: 0 });
}

async function versionAt({ redis }: Worker, id: string): Promise<number> {
  return Number(await redis.hget(keysOf(system).delivery(id), "version"));
}

interface Act {
  /** Done while both have one history. */
  readonly before?: (worker: Worker, id: string) => Promise<unknown>;
  readonly act: (worker: Worker, id: string) => Promise<unknown>;
}

/** Everything that raises the version of a delivery. */
const ACTS: Readonly<Record<string, Act>> = {
  "a lease of a send": { act: (worker) => sendLeasedBy(worker) },
  "a takeover of a send": {
    before: (worker) => sendLeasedBy(worker, RAN_OUT_MS),
    act: (worker) => lookForSends(worker),
  },
  "a save": { act: endDead },
  "a replay": {
    before: endDead,
    act: async ({ redis, store }, id) => {
      const delivery = readable(await store.get(id));
      const scope = { prefix: system.config.redis.prefix, account: "yzj" };
      const { request } = delivery;
      const decision = verified(delivery, "replayed");
      const letters = new DeadLetterStore(redis, { scope, store });
      await letters.replay({ delivery, decision, request, payload: null, action: null });
    },
  },
  "an end as unreadable": { act: ({ store }, id) => store.endUnreadable(id, { now: 1, leavesLane: true }) },
  "a lease of a check": { act: leaseACheck },
  "a check that is handed back": {
    before: leaseACheck,
    act: async (worker, id) => worker.store.releaseChecks([{ id, version: await versionAt(worker, id) }]),
  },
  "a check that is taken from its round": {
    before: async (worker, id) => {
      await leaseACheck(worker, id);
      await lookPastTheDeadline(worker, id);
    },
    act: lookPastTheDeadline,
  },
};

it.each(Object.entries(ACTS))("%s gives each history a version of its own", async (_, { before, act }) => {
  const id = await system.enqueue(aTodo());
  await before?.(early, id);
  await stopReplication();
  const versions = [await versionAt(early, id)];

  for (const worker of [early, late]) {
    await act(worker, id);
    versions.push(await versionAt(worker, id));
  }

  expect(new Set(versions).size).toBe(3);
  expect(versions.every(Number.isSafeInteger)).toBe(true);
});
