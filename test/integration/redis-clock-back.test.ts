/**
 * ARCHITECTURE section 1, promise 8: Redis' clock is set back by an hour. Every time that was written before is then an
 * hour ahead. Rates, leases, breakers and locks do not stand still until the clock has caught up.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { AccountKeys } from "../../src/storage/keys.ts";
import { aSendLook } from "../support/a-send-look.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { keysOf } from "../support/keys-of.ts";
import { leasedByTheDead } from "../support/leased-by-the-dead.ts";
import { startSystem, type System } from "../support/system.ts";

const HOUR = 3_600_000;
const LEASE_MS = 10_000;
const A_CHECK_LOOK = {
  most: 10,
  leaseMs: LEASE_MS,
  probeLeaseMs: LEASE_MS,
  withSuspects: true,
  fullFamilies: [],
};

let system: System;
let keys: AccountKeys;
beforeEach(async () => {
  system = await startSystem({ withoutWorker: true, account: "rate: { todo: 50/s, check: 50/s }" });
  keys = keysOf(system);
});
afterEach(async () => system.close());

async function redisNow(): Promise<number> {
  return Number((await system.redis.time())[0]) * 1_000;
}

it("the rates of sends and of checks go on", async () => {
  const ahead = String((await redisNow()) * 1_000 + HOUR * 1_000);
  for (const bucket of ["todo", "check"]) await system.redis.set(keys.rate(bucket), ahead, "PX", HOUR);
  const id = await system.enqueue(aTodo());
  await system.startWorker();

  expect((await system.ended(id)).state.status).toBe("confirmed");
});

it("the lease of a send whose worker has died ends when a whole lease is over", async () => {
  const id = await system.enqueue(aTodo());
  await leasedByTheDead(system.redis, keys, { id, family: "todo" });
  await system.redis.zadd(keys.sendLeases, (await redisNow()) + HOUR, id);

  const { now, sends } = await system.store.leaseSends(aSendLook({ calledAt: await redisNow() }));

  expect(sends).toEqual([]);
  expect(await system.redis.zscore(keys.sendLeases, id)).toBe(String(now + LEASE_MS));
});

it("the lease of a check whose worker has died ends when a whole lease is over", async () => {
  const id = await system.enqueue(aTodo());
  await system.redis.zadd(keys.confirmLeases, (await redisNow()) + HOUR, id);

  const { now } = await system.store.leaseChecks(A_CHECK_LOOK);

  expect(await system.redis.zscore(keys.confirmLeases, id)).toBe(String(now + LEASE_MS));
});

it.each([
  ["open", { state: "open", openMs: "5000" }],
  ["held", { state: "held", openMs: "0" }],
])("an account whose breaker was %s is tried again", async (_how, breaker) => {
  const ahead = String((await redisNow()) + HOUR);
  await system.redis.hset(keys.breaker, {
    ...breaker,
    until: ahead,
    probeUntil: ahead,
    checkProbeUntil: ahead,
  });
  const id = await system.enqueue(aTodo());
  await system.startWorker();

  expect((await system.ended(id)).state.status).toBe("confirmed");
});

it("a delivery whose producer has not noticed it is due at once", async () => {
  const id = await system.enqueue(aTodo());
  const accepted = await system.read(id);
  if (accepted === null) throw new Error("it was accepted");
  const createdAt = (await redisNow()) + HOUR;
  const request = { ...accepted.request, id: `${id.slice(0, -1)}x`, createdAt, lane: null };
  await system.store.accept(
    { request, payloadText: "{}", state: { ...accepted.state, nextAt: createdAt } as never, claim: null },
    0,
  );

  const { sends } = await system.store.leaseSends(aSendLook({ calledAt: await redisNow() }));

  expect(sends.map((found) => found.id)).toContain(request.id);
});

it("the right of a dead process to fetch a token ends when its time is over", async () => {
  const lock = `${keys.token("app")}:lock`;
  await system.redis.set(lock, "dead", "PX", HOUR);
  const id = await system.enqueue(aTodo());
  await system.startWorker();

  await eventually(
    () => system.redis.pttl(lock),
    (ms) => ms < HOUR / 2,
  );
  await system.redis.del(lock);

  expect((await system.ended(id)).state.status).toBe("confirmed");
});
