/**
 * ARCHITECTURE section 5, "A lease is (id, version, owner, until), and it is the mark of a send": every race that
 * the models of docs/models name, played by hand between two workers.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { wireAccount, type WiredAccount } from "../../src/app/compose.ts";
import { decideAfterSend } from "../../src/delivery/decide-send.ts";
import { die, type Decision } from "../../src/delivery/decision.ts";
import type { LateReceipt } from "../../src/delivery/late-receipt.ts";
import type { Delivery } from "../../src/delivery/record.ts";
import type { TimelineEntry } from "../../src/delivery/timeline.ts";
import { decisionContext } from "../../src/pipeline/account-context.ts";
import { keepLateReceipt } from "../../src/pipeline/keep-late-receipt.ts";
import type { FoundSend, LeasedCheck, SendLook } from "../../src/pipeline/ports.ts";
import { settleFound } from "../../src/pipeline/send-round.ts";
import { connect, type ScriptedRedis } from "../../src/storage/connection.ts";
import { RedisClock } from "../../src/storage/redis-clock.ts";
import { eventually } from "../support/eventually.ts";
import { aTodo } from "../support/builders.ts";
import { FAST, startSystem, type System } from "../support/system.ts";
import { keysOf } from "../support/keys-of.ts";

interface Worker extends WiredAccount {
  readonly redis: ScriptedRedis;
  /** In place of the connection's own. */
  readonly calls: Map<ScriptName, Call>;
}

let system: System;
let one: Worker;
let other: Worker;
beforeEach(async () => {
  system = await startSystem({ withoutWorker: true });
  [one, other] = await Promise.all([aWorker(), aWorker()]);
});
afterEach(async () => {
  await Promise.all(
    [one, other].map(async ({ close, redis }) => {
      await close();
      redis.disconnect();
    }),
  );
  await system.close();
});

/** Its parts, and none of its loops. */
async function aWorker(): Promise<Worker> {
  const { config } = system;
  const redis = connect(config.redis, { role: "worker", onError: () => undefined });
  const clock = new RedisClock(redis);
  await clock.calibrate();
  const settings = config.accounts["yzj"];
  if (settings === undefined) throw new Error("the account is not configured");
  const calls: Worker["calls"] = new Map();
  const parts = { redis: playedOn(redis, calls), queueRedis: redis, clock, emit: () => undefined };
  return { ...wireAccount({ name: "yzj", settings, config, tuning: FAST, ...parts }), redis, calls };
}

const LEASE_MS = 60_000;
/** A lease that ran out when it was given, by so much that a step of the clock of Redis changes nothing. */
const RAN_OUT_MS = -60_000;

function look({ context }: Worker, changes: Partial<SendLook> = {}): SendLook {
  return {
    most: 10,
    leaseMs: LEASE_MS,
    probeLeaseMs: LEASE_MS,
    patienceMs: 5_000,
    intervalsUs: context.sendIntervalsUs,
    maxRateWaitMs: 2_000,
    withSuspects: true,
    calledAt: context.runtime.now(),
    overdueCheckMs: LEASE_MS,
    ...changes,
  };
}

type Leased = FoundSend & { readonly kind: "go"; readonly delivery: Delivery };

/** The one delivery there is, leased by this worker. */
async function leasedBy(worker: Worker, changes: Partial<SendLook> = {}): Promise<Leased> {
  // The producer's reading of Redis' clock may be some milliseconds ahead: then it is not due yet.
  const { sends } = await eventually(
    () => worker.store.leaseSends(look(worker, changes)),
    (look) => look.sends.length > 0,
  );
  const [found] = sends;
  if (sends.length !== 1 || found?.kind !== "go" || found.delivery === null)
    throw new Error(`not leased: ${JSON.stringify(sends)}`);
  return found as Leased;
}

/** A delivery whose lease has run out, and that the other worker verifies. */
async function takenOver(): Promise<Leased> {
  await system.enqueue(aTodo());
  const leased = await leasedBy(one, { leaseMs: RAN_OUT_MS });
  const { sends } = await other.store.leaseSends(look(other));
  expect(sends).toMatchObject([{ kind: "interrupted", id: leased.id }]);
  for (const found of sends)
    await settleFound(found, { now: other.context.runtime.now(), context: other.context });
  return leased;
}

const RECEIPT = { taskId: "t-1" };

function accepted({ context }: Worker, { delivery }: Leased): Decision {
  const basis = decisionContext(context, { delivery, spec: null, now: context.runtime.now() });
  return decideAfterSend(delivery.state, {
    targets: ["ann"],
    outcome: { kind: "accepted", receipt: RECEIPT },
    context: basis,
  });
}

function lateReceipt({ context }: Worker): LateReceipt {
  return {
    at: context.runtime.now(),
    targets: ["ann"],
    receipt: RECEIPT,
    recipientReceipts: {},
    evidence: null,
  };
}

async function stateOf(id: string): Promise<Delivery["state"]> {
  const delivery = await system.store.get(id);
  if (delivery === null || delivery === "unreadable") throw new Error("it is gone");
  return delivery.state;
}

/** Everything that Redis holds of this installation, to be put back as a failover does that has lost what came after. */
async function snapshot(): Promise<{ putBack(): Promise<void> }> {
  const { redis } = one;
  const { prefix } = system.config.redis;
  const keys = await redis.keys(`${prefix}:*`);
  const kept = await Promise.all(keys.map(async (key) => ({ key, value: await redis.dumpBuffer(key) })));
  return {
    putBack: async () => {
      await redis.del(await redis.keys(`${prefix}:*`));
      await Promise.all(kept.map(async ({ key, value }) => redis.restore(key, 0, value ?? "")));
    },
  };
}

describe("a failover that has lost a lease", () => {
  it("of a send leaves the delivery to whoever leased it since; the receipt of the former one is kept", async () => {
    const id = await system.enqueue(aTodo());
    const before = await snapshot();
    const lost = await leasedBy(one);
    await before.putBack();
    const held = await leasedBy(other);

    const saved = await one.store.save(lost.delivery, { decision: accepted(one, lost) });
    await keepLateReceipt(lost.delivery, { late: lateReceipt(one), context: one.context });

    expect(saved.kind).toBe("stale");
    const lostIds = await other.store.renewSends([held], LEASE_MS);
    expect(lostIds).toEqual(new Set());
    expect(await one.redis.hget(keysOf(system).delivery(id), "late")).toContain(RECEIPT.taskId);
  });

  it("of a check leaves the delivery to whoever leased it since", async () => {
    const id = await system.enqueue(aTodo());
    const sent = await leasedBy(one);
    await one.store.save(sent.delivery, { decision: accepted(one, sent) });
    await one.redis.zadd(keysOf(system).confirmDue, 1, id);
    const before = await snapshot();
    const lost = await checkLeasedBy(one);
    await before.putBack();
    const held = await checkLeasedBy(other);
    if (lost.delivery === null || held.delivery === null) throw new Error("they are readable");

    const of = ({ delivery }: LeasedCheck) => ({
      decision: { state: delivery?.state ?? sent.delivery.state, entries: [] },
    });
    const late = await one.store.save(lost.delivery, of(lost));
    const saved = await other.store.save(held.delivery, of(held));

    expect([late.kind, saved.kind]).toEqual(["stale", "saved"]);
  });

  it("has no record in common with what this worker has saved since: none is taken from its memory", async () => {
    const id = await system.enqueue(aTodo());
    const first = await leasedBy(one);
    const before = await snapshot();
    await one.store.save(first.delivery, { decision: accepted(one, first) });
    await before.putBack();
    const unproven = { ...accepted(other, first).state, acceptedAt: null };
    await other.store.save(first.delivery, { decision: { state: unproven, entries: [] } });
    await one.redis.zadd(keysOf(system).confirmDue, 1, id);

    const { delivery } = await checkLeasedBy(one);

    expect(delivery?.state.acceptedAt).toBeNull();
  });
});

async function checkLeasedBy({ store }: Worker, leaseMs = LEASE_MS): Promise<LeasedCheck> {
  const asked = { most: 10, probeLeaseMs: LEASE_MS, withSuspects: true, fullFamilies: [], leaseMs };
  // What was saved just now may be put off for a moment.
  const { checks } = await eventually(
    () => store.leaseChecks(asked),
    (look) => look.checks.length > 0,
  );
  const [check] = checks;
  if (check === undefined || checks.length > 1) throw new Error(`not leased: ${JSON.stringify(checks)}`);
  return check;
}

describe("a lease", () => {
  it("belongs to one worker, and leaves queued and retrying", async () => {
    await system.enqueue(aTodo());
    await leasedBy(one);

    const { sends } = await other.store.leaseSends(look(other));

    expect(sends).toEqual([]);
    expect(await system.store.count("queued")).toBe(0);
    expect(await one.redis.zcard(keysOf(system).sendLeases)).toBe(1);
  });

  it("of a record that is in other lists than its status says leaves an ended delivery in no list", async () => {
    const { id, delivery } = await takenOver();
    const keys = keysOf(system);
    // The record is confirming, and has reached the version that the lost lease had.
    const version = Number(await one.redis.hget(keys.delivery(id), "version"));
    const decision = die(delivery.state, {
      reason: "rejected",
      detail: "refused",
      entries: [],
      context: { now: one.context.runtime.now() },
    });

    const saved = await one.store.save({ ...delivery, version }, { decision });

    const lists = await one.redis.keys(`${keys.base}*`);
    const sets = await Promise.all(
      lists.map(async (key) => ({
        key: key.slice(keys.base.length),
        has: (await one.redis.type(key)) === "zset" && (await one.redis.zscore(key, id)) !== null,
      })),
    );
    const held = sets.filter(({ has }) => has).map(({ key }) => key);
    expect(saved.kind).toBe("saved");
    expect(held.filter((key) => /^(confirm|send|deadlines|status)/.test(key))).toEqual(["status:dead"]);
  });

  it("is given again when its call is repeated after a broken connection", async () => {
    const id = await system.enqueue(aTodo());
    repeated(one, "bidaLeaseSends");

    const leased = await leasedBy(one);

    expect(leased.id).toBe(id);
    expect((await one.store.save(leased.delivery, { decision: accepted(one, leased) })).kind).toBe("saved");
  });

  it("that was taken over is verified and not sent, also when its call is made twice by a connection that broke", async () => {
    await system.enqueue(aTodo());
    const { id } = await leasedBy(one, { leaseMs: RAN_OUT_MS });
    repeated(other, "bidaLeaseSends");

    const { sends } = await other.store.leaseSends(look(other));

    expect(sends).toMatchObject([{ kind: "interrupted", id }]);
  });

  it("of a suspect is one of a suspect, also when its call is made twice by a connection that broke", async () => {
    const id = await system.enqueue(aTodo());
    const keys = keysOf(system);
    await one.redis.zrem(keys.sendDue("todo"), id);
    await one.redis.zadd(keys.sendSuspects, 0, id);
    await one.redis.hset(keys.delivery(id), "suspect", "1");
    repeated(one, "bidaLeaseSends");

    const { sends } = await one.store.leaseSends(look(one));

    expect(sends).toMatchObject([{ kind: "go", isSuspect: true, id }]);
  });

  it("is not given again after a takeover", async () => {
    const call = one.redis.bidaLeaseSends.bind(one.redis);
    let args: Parameters<typeof call> | null = null;
    one.calls.set("bidaLeaseSends", async (...given) => {
      args ??= given;
      return call(...given);
    });
    await takenOver();
    if (args === null) throw new Error("it was called");

    // The same call, made again when its connection is back.
    const [, , , , , , ...found] = await call(...(args as Parameters<typeof call>));

    expect(found).toEqual(["[]"]);
  });

  it("that was asked for too long ago is not made", async () => {
    await system.enqueue(aTodo());

    const late = await one.store.leaseSends(look(one, { calledAt: one.context.runtime.now() - 6_000 }));

    expect(late).toMatchObject({ isLate: true, sends: [] });
    expect(await system.store.count("queued")).toBe(1);
  });

  it("is not renewed after a takeover, and its worker learns that", async () => {
    await system.enqueue(aTodo());
    const { id, version } = await leasedBy(one, { leaseMs: RAN_OUT_MS });
    await other.store.leaseSends(look(other, { leaseMs: 1_000 }));
    const key = keysOf(system).sendLeases;
    const until = await one.redis.zscore(key, id);

    const lost = await one.store.renewSends([{ id, version }], LEASE_MS);

    expect([...lost]).toEqual([id]);
    expect(await one.redis.zscore(key, id)).toBe(until);
  });

  it("that expired is renewed, and may be saved, until somebody takes it over", async () => {
    await system.enqueue(aTodo());
    const leased = await leasedBy(one, { leaseMs: RAN_OUT_MS });

    const lost = await one.store.renewSends([leased], LEASE_MS);

    expect([...lost]).toEqual([]);
    expect((await one.store.save(leased.delivery, { decision: accepted(one, leased) })).kind).toBe("saved");
  });

  it("that expired is still a send: it cannot be cancelled", async () => {
    const id = await system.enqueue(aTodo());
    await leasedBy(one, { leaseMs: RAN_OUT_MS });

    expect(await one.store.current(id)).toMatchObject({ isBeingSent: true });
  });

  it("that was handed back cannot be saved any more", async () => {
    await system.enqueue(aTodo());
    const leased = await leasedBy(one);
    await settleFound(leased, { now: one.context.runtime.now(), context: one.context });

    expect((await one.store.save(leased.delivery, { decision: accepted(one, leased) })).kind).toBe("stale");
    expect((await leasedBy(other)).id).toBe(leased.id);
  });

  it("keeps its delivery alive past its deadline, until it is saved or taken over", async () => {
    const id = await system.enqueue(aTodo());
    const leased = await leasedBy(one);
    const [keys, past] = [keysOf(system), 1];
    await one.redis.hset(keys.delivery(id), "deadline", past);
    await one.redis.zadd(keys.deadlines, past, id);

    const during = await other.store.leaseSends(look(other, { most: 0 }));
    await one.store.save(leased.delivery, { decision: { state: leased.delivery.state, entries: [] } });
    await one.redis.zadd(keys.deadlines, past, id);
    const after = await other.store.leaseSends(look(other));

    expect(during.sends).toEqual([]);
    expect(after.sends).toMatchObject([{ kind: "deadline", id }]);
  });
});

describe("a deadline behind the head of a lane", () => {
  it("says what the head is: sent, being verified, dead", async () => {
    const head = await system.enqueue({ ...aTodo(), lane: "one" });
    const behind = await system.enqueue({ ...aTodo(), lane: "one" });
    const [keys, past] = [keysOf(system), 1];
    await one.redis.hset(keys.delivery(behind), "deadline", past);
    const statusOfHead = async (): Promise<string | undefined> => {
      await one.redis.zadd(keys.deadlines, past, behind);
      const [found] = (await other.store.leaseSends(look(other, { most: 0 }))).sends;
      return found?.kind === "deadline" && found.id === behind ? found.inItsWay.head?.status : undefined;
    };

    const statuses = [await statusOfHead()];
    const leased = await leasedBy(one);
    statuses.push(await statusOfHead());
    await one.store.save(leased.delivery, { decision: accepted(one, leased) });
    statuses.push(await statusOfHead());
    const current = await system.store.get(head);
    if (current === null || current === "unreadable") throw new Error("it is gone");
    const dead = die(current.state, { reason: "unproven", detail: "…", entries: [], context: { now: past } });
    await one.store.save(current, { decision: dead, leaving: { leavesLane: false } });
    statuses.push(await statusOfHead());

    expect(statuses).toEqual(["queued", "sending", "confirming", "dead"]);
  });
});

describe("a lease of a check", () => {
  const leasesKey = (): string => keysOf(system).confirmLeases;

  /** A delivery that is due for a check. */
  async function aCheck(): Promise<string> {
    const id = await system.enqueue(aTodo());
    const leased = await leasedBy(one);
    await one.store.save(leased.delivery, { decision: accepted(one, leased) });
    await one.redis.zadd(keysOf(system).confirmDue, 1, id);
    return id;
  }

  /** What the other worker finds as the deadline of this delivery has passed, and its round renews its lease. */
  async function lookAtItsDeadline(held: LeasedCheck, overdueCheckMs: number): Promise<readonly FoundSend[]> {
    const [keys, past] = [keysOf(system), 1];
    await one.redis.hset(keys.delivery(held.id), "deadline", past);
    await one.redis.zadd(keys.deadlines, past, held.id);
    await one.store.renewChecks([held], LEASE_MS);
    return (await other.store.leaseSends(look(other, { most: 0, overdueCheckMs }))).sends;
  }

  it("that is renewed long past its deadline is taken from its round, whose late save counts for nothing", async () => {
    const id = await aCheck();
    const held = await checkLeasedBy(one, LEASE_MS);

    const first = await lookAtItsDeadline(held, 0);
    const second = await lookAtItsDeadline(held, 0);
    await one.store.renewChecks([held], LEASE_MS);

    expect(first).toEqual([]);
    expect(second).toMatchObject([{ kind: "deadline", id }]);
    expect(second[0]?.version).toBeGreaterThan(held.version);
    expect(await one.redis.zscore(leasesKey(), id)).toBeNull();
    expect(await one.redis.zscore(keysOf(system).confirmDue, id)).not.toBeNull();
    if (held.delivery === null) throw new Error("it is readable");
    const late = await one.store.save(held.delivery, {
      decision: { state: held.delivery.state, entries: [] },
    });
    expect(late.kind).toBe("stale");

    for (const found of second) {
      const { visibilityLagMs, lastCheckLeadMs } = other.context.policy;
      const now = held.delivery.request.deadlineAt + visibilityLagMs + lastCheckLeadMs;
      const runtime = { ...other.context.runtime, now: () => now };
      await settleFound(found, { now, context: { ...other.context, runtime } });
    }
    expect(await stateOf(id)).toMatchObject({ status: "dead", reason: "unproven" });
    expect(await one.redis.zscore(keysOf(system).confirmDue, id)).toBeNull();
  });

  it("has its time after the deadline, and each new lease has its own", async () => {
    const id = await aCheck();
    const lost = await checkLeasedBy(one, LEASE_MS);
    await lookAtItsDeadline(lost, 0);
    await one.store.releaseChecks([lost]);
    const held = await checkLeasedBy(one, LEASE_MS);

    const looks = [await lookAtItsDeadline(held, 0), await lookAtItsDeadline(held, LEASE_MS)];

    expect(looks).toEqual([[], []]);
    expect(await one.redis.zscore(leasesKey(), id)).not.toBeNull();
  });

  it("is given again when its call is repeated after a broken connection, and is no suspect", async () => {
    const id = await aCheck();
    repeated(one, "bidaLeaseChecks");

    const held = await checkLeasedBy(one, LEASE_MS);

    expect(held).toMatchObject({ id, expiredLeases: 0 });
    expect(await one.redis.hget(keysOf(system).delivery(id), "version")).toBe(`${held.version}`);
  });

  it.each([
    ["saved", () => undefined],
    ["saved by a call that was repeated", () => repeated(one, "bidaSave")],
  ])("needs no second look at a record that its worker %s", async (_, begin) => {
    begin();
    const id = await aCheck();
    // Whoever reads it now finds that it does not parse.
    await one.redis.hset(keysOf(system).delivery(id), "state", "{");

    const held = await checkLeasedBy(one, LEASE_MS);

    expect(held.delivery).toMatchObject({ version: held.version, state: { receipt: RECEIPT } });
  });

  it("is renewed by name", async () => {
    const id = await aCheck();
    const held = await checkLeasedBy(one, 1_000);
    const before = Number(await one.redis.zscore(leasesKey(), id));

    await one.store.renewChecks([held], LEASE_MS);

    expect(Number(await one.redis.zscore(leasesKey(), id))).toBeGreaterThan(before);
  });

  it("is neither renewed nor handed back by the worker that it was taken from", async () => {
    const id = await aCheck();
    const lost = await checkLeasedBy(one, RAN_OUT_MS);
    await checkLeasedBy(other, LEASE_MS);
    const until = await one.redis.zscore(leasesKey(), id);

    await one.store.renewChecks([lost], 2 * LEASE_MS);
    await one.store.releaseChecks([lost]);

    expect(await one.redis.zscore(leasesKey(), id)).toBe(until);
  });

  it("that ran out is not given again to a delivery that is not being confirmed", async () => {
    const id = await aCheck();
    await checkLeasedBy(one, RAN_OUT_MS);
    const keys = keysOf(system);
    await one.redis.zrem(keys.status("confirming"), id);

    const asked = {
      most: 10,
      probeLeaseMs: LEASE_MS,
      withSuspects: true,
      fullFamilies: [],
      leaseMs: LEASE_MS,
    };
    const { checks } = await other.store.leaseChecks(asked);

    const lists = [keys.confirmDue, keys.confirmLeases].map((list) => one.redis.zscore(list, id));
    expect(checks).toEqual([]);
    expect(await Promise.all(lists)).toEqual([null, null]);
  });

  it("that was taken over or handed back cannot be saved any more", async () => {
    await aCheck();
    const lost = await checkLeasedBy(one, RAN_OUT_MS);
    const handedBack = await checkLeasedBy(other, LEASE_MS);
    await other.store.releaseChecks([handedBack]);

    for (const [{ store }, { delivery }] of [
      [one, lost],
      [other, handedBack],
    ] as const) {
      if (delivery === null) throw new Error("it is readable");
      expect((await store.save(delivery, { decision: { state: delivery.state, entries: [] } })).kind).toBe(
        "stale",
      );
    }
  });
});

describe("a save", () => {
  it("that is repeated after a broken connection is saved once", async () => {
    await system.enqueue(aTodo());
    const leased = await leasedBy(one);
    repeated(one, "bidaSave");

    const saving = await one.store.save(leased.delivery, { decision: accepted(one, leased) });

    expect(saving.kind).toBe("saved");
    expect((await system.store.timeline(leased.id)).map(({ event }) => event)).toEqual(["sent"]);
  });

  it("after a takeover changes nothing but leaves its receipt: the delivery is verified, not sent again", async () => {
    const leased = await takenOver();
    expect((await one.store.save(leased.delivery, { decision: accepted(one, leased) })).kind).toBe("stale");

    await keepLateReceipt(leased.delivery, { late: lateReceipt(one), context: one.context });

    expect(await stateOf(leased.id)).toMatchObject({
      status: "confirming",
      knowledge: "accepted",
      receipt: RECEIPT,
      recipients: [{ status: "accepted", absences: 0 }],
    });
  });

  it("that comes when absence was believed takes the delivery back from the sends", async () => {
    const leased = await takenOver();
    const current = await system.store.get(leased.id);
    if (current === null || current === "unreadable") throw new Error("it is gone");
    const [entry] = current.state.recipients;
    if (entry === undefined) throw new Error("it has a recipient");
    const absent = { ...entry, status: "waiting" as const };
    const { nextAt = 0 } = current.state;
    await other.store.save(current, {
      decision: {
        state: { ...current.state, status: "retrying", nextAt, recipients: [absent] } as Delivery["state"],
        entries: [],
      },
    });

    await keepLateReceipt(leased.delivery, { late: lateReceipt(one), context: one.context });

    expect(await stateOf(leased.id)).toMatchObject({ status: "confirming", receipt: RECEIPT });
    expect((await other.store.leaseSends(look(other, { withSuspects: true }))).sends).toEqual([]);
  });

  it("that comes while the next send is leased is read by whoever saves next", async () => {
    const leased = await takenOver();
    const current = await system.store.get(leased.id);
    if (current === null || current === "unreadable") throw new Error("it is gone");
    const { nextAt: _nextAt, ...rest } = current.state;
    const recipients = current.state.recipients.map((entry) => ({ ...entry, status: "waiting" as const }));
    const retrying = { ...rest, status: "retrying", nextAt: 1, recipients } as Delivery["state"];
    await other.store.save(current, { decision: { state: retrying, entries: [] } });
    const again = await leasedBy(other);

    await keepLateReceipt(leased.delivery, { late: lateReceipt(one), context: one.context });
    expect(await other.store.current(leased.id)).toMatchObject({ isBeingSent: true });
    await settleFound(again, { now: other.context.runtime.now(), context: other.context });

    // Handed back, it goes on to be verified, and is not sent again.
    expect(await stateOf(leased.id)).toMatchObject({ status: "confirming", receipt: RECEIPT });
  });

  it("that comes after the end leaves its receipt with the dead letter", async () => {
    const leased = await takenOver();
    const current = await system.store.get(leased.id);
    if (current === null || current === "unreadable") throw new Error("it is gone");
    await other.store.save(current, {
      decision: die(current.state, { reason: "unproven", detail: "…", entries: [], context: { now: 1 } }),
    });

    await keepLateReceipt(leased.delivery, { late: lateReceipt(one), context: one.context });

    expect(await stateOf(leased.id)).toMatchObject({
      status: "dead",
      reason: "unproven",
      knowledge: "accepted",
      receipt: RECEIPT,
    });
  });
});

describe("the timeline of a delivery", () => {
  it("has 200 entries at most; the first ten and every send stay", async () => {
    await system.enqueue(aTodo());
    const leased = await leasedBy(one);
    const { state } = leased.delivery;
    const entry = (at: number): TimelineEntry =>
      at % 50 === 0
        ? { at, event: "sent", outcome: "unknown", to: 1, detail: 'it said "event":"sent"' }
        : { at, event: "waiting", cause: "busy", detail: 'it said "event":"sent"' };
    const entries = Array.from({ length: 299 }, (_, at) => entry(at));

    await one.store.save(leased.delivery, { decision: { state, entries } });
    const again = await leasedBy(other);
    await other.store.save(again.delivery, {
      decision: { state, entries: [entry(299)] },
    });

    const kept = (await system.store.timeline(leased.id)).map(({ at }) => at);
    expect(kept).toHaveLength(200);
    expect(kept.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(kept.filter((at) => at % 50 === 0)).toEqual([0, 50, 100, 150, 200, 250]);
    expect(kept.at(-1)).toBe(299);
  });
});

describe("waking", () => {
  it("that is lost costs no delivery: a worker looks by itself", async () => {
    const accept = await aBareAccept();
    await system.startWorker();
    await eventually(
      () => system.store.count("confirmed"),
      (count) => count === 1,
    );
    // The end of the first one makes the worker look at once, and only once.
    const { asleep } = keysOf(system);
    await one.redis.del(asleep);
    await eventually(
      () => one.redis.exists(asleep),
      (isAsleep) => isAsleep === 1,
    );

    // A producer that dies between its script and its ring: it was to ring, and nobody does.
    const accepted = await accept();
    if (accepted.kind !== "created") throw new Error(`not created: ${accepted.kind}`);

    expect(accepted.rings).toBe(true);
    expect((await system.ended(accepted.id)).state.status).toBe("confirmed");
  });

  it("is asked for by the one accept that removes the mark of sleep, and by no other", async () => {
    const accepts = await Promise.all([aBareAccept(), aBareAccept()]);
    await one.store.leaseSends(look(one));
    await one.store.leaseSends(look(one));

    const results = await Promise.all(accepts.map(async (accept) => accept()));

    expect(results.filter(({ kind }) => kind === "created")).toHaveLength(2);
    expect(results.filter((result) => result.kind === "created" && result.rings)).toHaveLength(1);
  });

  it("is not asked for while workers are full: they leave no mark of sleep", async () => {
    const accept = await aBareAccept();
    await one.store.leaseSends(look(one));
    await one.store.leaseSends(look(one, { most: 0 }));

    expect(await accept()).toMatchObject({ kind: "created", rings: false });
  });
});

/** Accepts one when it is called, and nobody rings. */
async function aBareAccept(): Promise<() => ReturnType<Worker["store"]["accept"]>> {
  const id = await system.enqueue(aTodo());
  const delivery = await system.store.get(id);
  if (delivery === null || delivery === "unreadable") throw new Error("it was acknowledged");
  const { request, state } = delivery;
  const payload = JSON.parse((await system.store.payload(id)) ?? "{}") as Record<string, unknown>;
  const payloadText = JSON.stringify({ ...payload, sourceId: `${id}x` });
  // The producer's reading of Redis' clock may be a little ahead: a look before it is due finds nothing.
  await eventually(
    async () => Number((await one.redis.time())[0]) * 1_000,
    (now) => now > request.createdAt,
  );
  const another = { ...request, id: `${id}x`, lane: null };
  return async () => one.store.accept({ request: another, payloadText, state, claim: null }, 0);
}

type ScriptName = "bidaLeaseSends" | "bidaLeaseChecks" | "bidaSave";
type Call = ScriptedRedis[ScriptName];

function playedOn(redis: ScriptedRedis, calls: ReadonlyMap<string, Call>): ScriptedRedis {
  return new Proxy(redis, {
    get: (target, name) => {
      const value: unknown = calls.get(String(name)) ?? Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Each call reaches Redis twice, and only the second answer comes back. */
function repeated({ redis, calls }: Worker, name: ScriptName): void {
  calls.set(name, async (...args) => {
    await redis[name](...args);
    return redis[name](...args);
  });
}
