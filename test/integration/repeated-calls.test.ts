/**
 * A connection that breaks after Redis has carried a script out makes ioredis send it again. What is done twice must be
 * as if it were done once; leases and saves are in leases.test.ts.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { AccountStore } from "../../src/storage/account-store.ts";
import { connect, type ScriptedRedis } from "../../src/storage/connection.ts";
import { DeliveryStore } from "../../src/storage/delivery-store.ts";
import { AccountKeys } from "../../src/storage/keys.ts";
import { NOW } from "../support/builders.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";

let redis: ScriptedRedis;
beforeAll(() => {
  redis = connect({ url: testRedisUrl() }, { role: "worker", onError: () => undefined });
});
afterAll(() => redis.disconnect());

/** Each script reaches Redis twice, and only the second answer comes back. */
function repeating(): ScriptedRedis {
  return new Proxy(redis, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      const call = value.bind(target) as (...args: unknown[]) => unknown;
      if (!String(name).startsWith("bida")) return call;
      return async (...args: unknown[]) => {
        await call(...args);
        return call(...args);
      };
    },
  });
}

it("the right to fetch a token is not waited for by whoever has it", async () => {
  const store = new AccountStore(repeating(), { prefix: aPrefix(), account: "yzj" });

  expect(await store.claimToken("team", { owner: "one", lockMs: 20_000 })).toMatchObject({ kind: "fetch" });
  expect(await store.claimToken("team", { owner: "other", lockMs: 20_000 })).toEqual({ kind: "wait" });
});

it("the record that could not be read is kept as it was", async () => {
  const scope = { prefix: aPrefix(), account: "yzj" };
  const record = new AccountKeys(scope.prefix, scope.account).delivery("d-1");
  await redis.hset(record, "request", "{", "state", "}", "version", "3", "family", "todo");

  const saving = await new DeliveryStore(repeating(), scope).endUnreadable("d-1", {
    now: NOW,
    leavesLane: true,
  });

  expect(saving.kind).toBe("saved");
  expect(await redis.hmget(record, "unreadableRequest", "unreadableState")).toEqual(["{", "}"]);
  expect(Number(await redis.hget(record, "version"))).toBeGreaterThan(3);
});
