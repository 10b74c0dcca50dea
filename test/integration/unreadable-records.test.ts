/**
 * What a version to come has written, or somebody by hand: it hides nothing else, and nobody takes it away from a
 * process that can read it.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { BulkAction } from "../../src/operations/bulk-action.ts";
import { AccountHealthStore } from "../../src/storage/account-health-store.ts";
import { ActionStore } from "../../src/storage/action-store.ts";
import { AuditStore } from "../../src/storage/audit-store.ts";
import { connect, type ScriptedRedis } from "../../src/storage/connection.ts";
import { AccountKeys } from "../../src/storage/keys.ts";
import { SessionStore } from "../../src/storage/session-store.ts";
import { NOW } from "../support/builders.ts";
import { aBulkAction } from "../support/bulk-action.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";
import { InstallationKeys } from "../../src/storage/installation-keys.ts";

let redis: ScriptedRedis;
beforeAll(() => {
  redis = connect({ url: testRedisUrl() }, { role: "worker", onError: () => undefined });
});
afterAll(() => redis.disconnect());

it("lists the other bulk actions beside one of an unknown kind, and keeps that one", async () => {
  const { store, prefix } = await withOneToCome();

  const { actions } = await store.list(10, null);
  await store.list(10, null);

  expect(actions.map(({ id }) => id)).toEqual(["a-2"]);
  expect(await store.get("a-1")).toBeNull();
  expect(await redis.zscore(new InstallationKeys(prefix).allActions, "a-1")).not.toBeNull();
});

it("leases the others, and leaves an unreadable one due for a worker that can read it", async () => {
  const { store, prefix } = await withOneToCome();

  const first = await store.lease(30_000);
  const second = await store.lease(30_000);

  expect(first.leased?.action.id).toBe("a-2");
  expect(second.leased).toBeNull();
  expect(Number(second.nextDueAt)).toBeGreaterThan(second.now);
  expect(await redis.zscore(new InstallationKeys(prefix).actionsDue, "a-1")).toBe("1");
  const another = new ActionStore(redis, prefix);
  expect((await another.lease(30_000)).leased).toBeNull();
  expect(await redis.zscore(new InstallationKeys(prefix).actionsDue, "a-1")).toBe("1");
});

it("keeps the place of a failed one that it cannot read", async () => {
  const prefix = aPrefix();
  const store = new ActionStore(redis, prefix);
  const item = { id: "d-2", account: "yzj", key: null, detail: "no" };
  await redis.rpush(new InstallationKeys(prefix).failedItems("a-1"), "{", JSON.stringify(item));

  const failed = await store.failed("a-1", { from: 0, most: 10 });

  expect(failed).toMatchObject([{ account: "", detail: "its record cannot be read" }, item]);
});

it.each(["{", "{}", '"2"', '{"by":1,"note":null,"since":1}'])(
  "shows an account as paused by an unknown person where its pause is %s",
  async (paused) => {
    const prefix = aPrefix();
    await redis.hset(new AccountKeys(prefix, "yzj").breaker, "paused", paused, "pausedUntil", "soon");
    const health = new AccountHealthStore(redis, { prefix, account: "yzj", scopes: [], now: () => NOW });

    expect((await health.read()).pause).toEqual({ by: "", note: null, since: 0, until: null });
  },
);

it("lists the other sessions, and asks who has an unreadable one to sign on again", async () => {
  const prefix = aPrefix();
  const store = new SessionStore(redis, prefix);
  await redis.set(new InstallationKeys(prefix).session("bad"), "{");
  await redis.zadd(new InstallationKeys(prefix).allSessions, 1, "bad");

  expect(await store.use("bad")).toBeNull();
  expect(await store.list(NOW)).toEqual([]);
  expect(await store.end("bad")).toBeNull();
});

it("reads the audit past what is not an entry", async () => {
  const prefix = aPrefix();
  const store = new AuditStore(redis, prefix);
  await store.write({ at: NOW, by: "ops", act: "replay", account: "yzj", id: "d-1", note: null });
  const [key = ""] = (await redis.keys(`${prefix}*`)).filter((name) => name.includes("audit"));
  await redis.xadd(key, "*", "entry", "{");

  const read = await store.walk(
    { acts: null, reads: null },
    { range: { since: null, until: null }, most: 10 },
  );

  expect(read.map(({ entry }) => entry?.act ?? null)).toEqual([null, "replay"]);
});

async function withOneToCome() {
  const prefix = aPrefix();
  const store = new ActionStore(redis, prefix);
  await store.add(aBulkAction({ startedAt: 1, kind: "hologram" as BulkAction["kind"] }));
  await store.add(aBulkAction({ id: "a-2", startedAt: 2 }));
  return { store, prefix };
}
