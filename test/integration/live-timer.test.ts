/**
 * ARCHITECTURE section 1, promise 4: every unfinished delivery has a live timer, whatever is lost.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { leasedByTheDead } from "../support/leased-by-the-dead.ts";
import { eventually } from "../support/eventually.ts";
import { startSystem, type System } from "../support/system.ts";
import { keysOf } from "../support/keys-of.ts";

let system: System;
beforeEach(async () => {
  system = await startSystem({ withoutWorker: true });
});
afterEach(async () => {
  await system.close();
});

/** Deletes every key of BullMQ's, and none of ours. */
async function flushBullmq(): Promise<number> {
  const keys = await system.redis.keys(`${keysOf(system).base}bull:*`);
  return keys.length === 0 ? 0 : system.redis.del(...keys);
}

describe("a lost wake-up", () => {
  it("leaves nothing waiting when BullMQ's keys are flushed before a worker starts", async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => system.enqueue(aTodo())));
    await flushBullmq();

    await system.startWorker();
    const ended = await Promise.all(ids.map((id) => system.ended(id)));

    expect(ended.map(({ state }) => state.status)).toEqual(Array(5).fill("confirmed"));
    expect((await system.ledger()).todos.every(({ repeats }) => repeats === 0)).toBe(true);
  });

  it("leaves nothing waiting when it is deleted by hand", async () => {
    const id = await system.enqueue(aTodo());
    await system.redis.del(`${keysOf(system).base}bull:send:wait`);

    await system.startWorker();

    expect((await system.ended(id)).state.status).toBe("confirmed");
  });
});

describe("a lost lease", () => {
  it("puts its delivery back when its worker died", async () => {
    // Less than `visibilityLag` (60 s) by more than the clocks of two workers can differ at this pace.
    await system.misbehave({ script: [{ fault: "late", endpoint: "todo.create", lateMs: 45_000 }] });
    const worker = await system.startWorker();
    const id = await system.enqueue(aTodo());
    await eventually(
      () => system.store.count("confirming"),
      (count) => count === 1,
    );
    await worker.stop();
    await system.redis.zrem(keysOf(system).confirmDue, id);
    await system.redis.zadd(keysOf(system).confirmLeases, Date.now() - 1, id);

    await system.startWorker();

    expect((await system.ended(id)).state).toMatchObject({ status: "confirmed", sends: 1 });
  });
});

describe("a lease without a worker", () => {
  it("is an unknown send: verified, not repeated", async () => {
    const id = await system.enqueue(aTodo());
    await leasedByTheDead(system.redis, keysOf(system), { id, family: "todo" });

    await system.startWorker();
    const { state } = await system.ended(id);

    const timeline = await system.store.timeline(id);
    expect(timeline[0]).toMatchObject({ event: "sent", outcome: "unknown (interrupted)" });
    expect(state).toMatchObject({ status: "confirmed", sends: 2, interruptions: 1 });
  });

  it("is poison when its worker dies on it three times", async () => {
    const id = await system.enqueue(aTodo());
    await system.misbehave({ script: [{ fault: "not-stored", endpoint: "todo.create", times: -1 }] });
    const record = await system.store.get(id);
    if (record === null || record === "unreadable") throw new Error("no record");
    await leasedByTheDead(system.redis, keysOf(system), { id, family: "todo" });
    await system.redis.hset(
      keysOf(system).delivery(id),
      "state",
      JSON.stringify({ ...record.state, interruptions: 2 }),
    );

    await system.startWorker();

    expect((await system.ended(id)).state).toMatchObject({
      status: "dead",
      reason: "poison",
      interruptions: 3,
    });
  });
});

describe("an unreadable record", () => {
  it("ends as invalid instead of being tried for ever", async () => {
    const id = await system.enqueue(aTodo());
    await system.redis.hset(
      keysOf(system).delivery(id),
      "request",
      JSON.stringify({ from: "an older schema" }),
    );

    await system.startWorker();

    expect((await system.ended(id)).state).toMatchObject({ status: "dead", reason: "invalid" });
  });
});

describe("a state that not even a script can read", () => {
  it.each([
    ["no JSON", "no json"],
    ["without a deadline", JSON.stringify({ status: "queued", recipients: [] })],
    ["of a status that is none", JSON.stringify({ status: "waiting", deadlineAt: 1, recipients: [] })],
    ["with a time in words", JSON.stringify({ status: "queued", deadlineAt: 1, nextAt: "soon" })],
  ])("ends as invalid: %s", async (_what, state) => {
    const id = await system.enqueue(aTodo());
    await system.redis.hset(keysOf(system).delivery(id), "state", state);

    await system.startWorker();

    expect((await system.ended(id)).state).toMatchObject({ status: "dead", reason: "invalid" });
  });
});

describe("a check that kills its worker", () => {
  it("ends no other check: what was leased with it is retried in smaller batches, then alone", async () => {
    const ids = await beingVerified(40);
    const [killer = ""] = ids;

    // A worker that leases and dies of the killer, whoever else it has, until it dies of it alone.
    const company: number[] = [];
    for (let deaths = 0; deaths < 4; deaths += 1) {
      company.push(await leasedWith(killer));
    }
    await allAreDue(ids);
    await system.misbehave({ clear: true });
    await system.startWorker();
    const ended = await Promise.all(ids.map((id) => system.ended(id)));

    expect(company).toEqual([40, 25, 1, 1]);
    expect(ended[0]?.state).toMatchObject({ status: "dead", reason: "poison" });
    expect(ended.slice(1).map(({ state }) => state.status)).toEqual(Array(39).fill("confirmed"));
  });
});

/** Accepted by a platform that answers no check yet, all due, in the order of leases; no worker is at work any more. */
async function beingVerified(count: number): Promise<string[]> {
  await system.misbehave({ script: [{ fault: "throttled", endpoint: "todo.check", times: -1 }] });
  const worker = await system.startWorker();
  const ids = await Promise.all(Array.from({ length: count }, () => system.enqueue(aTodo())));
  await eventually(
    () => system.store.count("confirming"),
    (confirming) => confirming === count,
  );
  await worker.stop();
  await Promise.all(ids.map((id) => system.redis.zadd(keysOf(system).confirmDue, 1, id)));
  // What is due at the same time is leased in the order of its ids.
  return ids.toSorted();
}

const DIES_AFTER_MS = 30;

const AN_HOUR_MS = 3_600_000;

/** Those that `leasedWith` has put off are due. */
async function allAreDue(ids: readonly string[]): Promise<void> {
  await system.redis.zadd(keysOf(system).confirmDue, "XX", ...ids.flatMap((id) => [0, id]));
}

/** Leases what is due until it has this delivery, and lets the lease run out; returns how many it had. */
async function leasedWith(id: string): Promise<number> {
  return eventually(
    async () => {
      const { checks } = await system.store.leaseChecks({
        most: 200,
        leaseMs: DIES_AFTER_MS,
        probeLeaseMs: DIES_AFTER_MS,
        withSuspects: true,
        fullFamilies: [],
      });
      const others = checks.map((check) => check.id);
      if (others.includes(id)) {
        await sleep(2 * DIES_AFTER_MS);
        return others.length;
      }
      // Whatever else is leased is checked, and asked again later.
      await system.store.releaseChecks(checks);
      for (const other of others) {
        await system.redis.hdel(keysOf(system).delivery(other), "leases");
        await system.redis.zadd(keysOf(system).confirmDue, Date.now() + AN_HOUR_MS, other);
      }
      return 0;
    },
    (count) => count > 0,
  );
}

describe("a deadline", () => {
  it("ends what never left as expired", async () => {
    await system.misbehave({
      script: [{ fault: "throttled", endpoint: "todo.create", times: -1, retryAfterSeconds: 1 }],
    });
    await system.startWorker();
    const id = await system.enqueue({ ...aTodo(), deadline: Date.now() + 1_500 });

    expect((await system.ended(id)).state).toMatchObject({ status: "dead", reason: "expired", sends: 0 });
  });

  it("is kept in an account that is paused", async () => {
    await system.redis.hset(keysOf(system).breaker, "paused", "1");
    await system.startWorker();
    const id = await system.enqueue({ ...aTodo(), deadline: Date.now() + 1_000 });

    const { state } = await system.ended(id);

    expect(state).toMatchObject({ status: "dead", reason: "expired", sends: 0 });
    expect(system.events.some(({ event }) => event === "delivery.sent")).toBe(false);
  });

  it("lets nothing be sent before its time", async () => {
    await system.startWorker();
    const sendAt = Date.now() + 1_000;

    const id = await system.enqueue({ ...aTodo(), sendAt });
    const { state } = await system.ended(id);

    expect(state.status).toBe("confirmed");
    expect(state.acceptedAt).toBeGreaterThanOrEqual(sendAt);
  });
});
