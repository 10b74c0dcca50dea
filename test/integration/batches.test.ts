/**
 * Calls that one turn of the event loop makes of a script travel together, and each stands for itself.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { DEFAULT_LIMITS } from "../../src/account/limits.ts";
import { AccountStore } from "../../src/storage/account-store.ts";
import { connect, type ScriptedRedis } from "../../src/storage/connection.ts";
import { AccountKeys } from "../../src/storage/keys.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";

let redis: ScriptedRedis;
beforeAll(() => {
  redis = connect({ url: testRedisUrl() }, { role: "worker", onError: () => undefined });
});
afterAll(() => redis.disconnect());

function anAccount(): { readonly store: AccountStore; readonly keys: AccountKeys } {
  const prefix = aPrefix();
  return { store: new AccountStore(redis, { prefix, account: "yzj" }), keys: new AccountKeys(prefix, "yzj") };
}

describe("claims of one turn", () => {
  it("belong to the first delivery, and are noted in each record", async () => {
    const { store, keys } = anAccount();
    const owners = await Promise.all([
      store.claimEach(["todo:a", "todo:b", "todo:a"], "first"),
      store.claimEach(["todo:b", "todo:c"], "second"),
      store.claimEach(["todo:d"], "first"),
    ]);

    expect(owners).toEqual([["first", "first", "first"], ["first", "second"], ["first"]]);
    expect(await store.claimedBy(["todo:a", "todo:b", "todo:c", "todo:d"])).toEqual([
      "first",
      "first",
      "second",
      "first",
    ]);
    expect(await redis.hget(keys.delivery("first"), "claimed")).toBe("todo:a\ntodo:b\ntodo:d");
    expect(await redis.hget(keys.delivery("second"), "claimed")).toBe("todo:c");
  });

  it("may be more than Lua can pass at once", async () => {
    const { store } = anAccount();
    const things = (id: number): string[] =>
      Array.from({ length: 200 }, (_, at) => `todo:${String(id)}:${String(at)}`);

    const owners = await Promise.all(
      Array.from({ length: 50 }, async (_, id) => store.claimEach(things(id), `d${String(id)}`)),
    );

    expect(owners.map((all) => new Set(all))).toEqual(owners.map((_, id) => new Set([`d${String(id)}`])));
    expect(new Set(await store.claimedBy(things(49)))).toEqual(new Set(["d49"]));
  });

  it("of a record that cannot be written fail alone, and claim nothing", async () => {
    const { store, keys } = anAccount();
    await redis.set(keys.delivery("broken"), "no hash");

    const [broken, whole] = await Promise.allSettled([
      store.claimEach(["todo:a"], "broken"),
      store.claimEach(["todo:a"], "whole"),
    ]);

    expect(broken.status).toBe("rejected");
    expect(whole).toEqual({ status: "fulfilled", value: ["whole"] });
    expect(await store.claimedBy(["todo:a"])).toEqual(["whole"]);
  });

  it("have names of any characters; half of a surrogate pair is replaced, and delays nothing", async () => {
    const { store } = anAccount();
    const odd = '"\\\u0000\n必达 😀/[';
    const owners = await Promise.all([
      store.claimEach([`todo:${odd}`], "first"),
      store.claimEach(["todo:\ud83d"], "second"),
    ]);

    expect(owners).toEqual([["first"], ["second"]]);
    expect(await store.claimedBy([`todo:${odd}`, "todo:\ufffd"])).toEqual(["first", "second"]);
  });
});

describe("rate places that are asked for in one turn", () => {
  it("are given one after the other, by one call; a wait that is too long is refused with its time", async () => {
    const { store } = anAccount();
    const asked = vi.spyOn(redis, "bidaPermitCall");
    const limits = { ...DEFAULT_LIMITS, rates: { todo: 10, task: 10 }, maxRateWaitMs: 250 };

    const places = await Promise.all(
      ["todo", "todo", "task", "todo", "todo"].map(async (bucket) => store.permitCall(bucket, limits)),
    );

    expect(places).toEqual([
      { kind: "granted", waitMs: 0 },
      { kind: "granted", waitMs: 100 },
      { kind: "granted", waitMs: 0 },
      { kind: "granted", waitMs: 200 },
      { kind: "denied", retryAfterMs: 300 },
    ]);
    expect(asked).toHaveBeenCalledTimes(1);
    asked.mockRestore();
    // The places that were given are taken.
    expect(await store.permitCall("todo", { ...limits, maxRateWaitMs: 0 })).toMatchObject({ kind: "denied" });
  });
});
