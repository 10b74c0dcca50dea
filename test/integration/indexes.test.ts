/**
 * Indexes and counters are kept by the scripts that change records: whatever happens to deliveries, in
 * whatever order, they agree with the records afterwards.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { die, type Decision } from "../../src/delivery/decision.ts";
import { discard } from "../../src/delivery/discard.ts";
import { openLedger } from "../../src/delivery/ledger.ts";
import { lookupName } from "../../src/delivery/lookup-names.ts";
import { move } from "../../src/delivery/lifecycle.ts";
import { DEFAULT_POLICY } from "../../src/delivery/policy.ts";
import { isEnded, newState, type Delivery, type DeliveryState } from "../../src/delivery/record.ts";
import { restore } from "../../src/delivery/restore.ts";
import { replay } from "../../src/delivery/replay.ts";
import { connect, type ScriptedRedis } from "../../src/storage/connection.ts";
import { DeadLetterStore } from "../../src/storage/dead-letter-store.ts";
import { DeliveryStore } from "../../src/storage/delivery-store.ts";
import { indexDisagreements } from "../support/index-census.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";
import { AccountKeys } from "../../src/storage/keys.ts";

let redis: ScriptedRedis;
beforeAll(() => {
  redis = connect({ url: testRedisUrl() }, { role: "worker", onError: () => undefined });
});
afterAll(() => redis.disconnect());

/** An account of its own, with what people and workers do to its deliveries. */
function anAccount() {
  const prefix = aPrefix();
  const keys = new AccountKeys(prefix, "yzj");
  const store = new DeliveryStore(redis, { prefix, account: "yzj" });
  const letters = new DeadLetterStore(redis, { scope: { prefix, account: "yzj" }, store });
  let made = 0;
  const at = Date.now();
  const read = async (id: string): Promise<Delivery> => {
    const found = await store.get(id);
    if (found === null || found === "unreadable") throw new Error(`${id} is gone`);
    return found;
  };
  const save = async (id: string, decide: (state: DeliveryState) => Decision, leavesLane?: boolean) => {
    const delivery = await read(id);
    const context = leavesLane === undefined ? {} : { leavesLane };
    return store.save(delivery, { decision: decide(delivery.state), leaving: context });
  };
  return {
    keys,
    base: keys.base,
    store,
    read,
    save,
    accept: async (recipients: readonly string[], lane: string | null = null): Promise<string> => {
      made += 1;
      const request = {
        id: `d${String(made).padStart(4, "0")}`,
        account: "yzj",
        operation: made % 2 === 0 ? "todo.create" : "schedule.create",
        key: null,
        lane,
        priority: 0,
        createdAt: at + made,
        notBefore: null,
        deadlineAt: at + 1e9,
        callbackUrl: null,
        metadata: null,
        traceparent: null,
        producer: null,
        requestId: null,
      };
      const state = newState(openLedger(recipients), at);
      await store.accept({ request, payloadText: "{}", state, claim: null }, 0);
      return request.id;
    },
    confirm: async (id: string) =>
      save(id, (state) => ({
        state: move(state, {
          changed: { receipt: { packageUuid: `p-${id}` } },
          standing: { status: "confirmed", finishedAt: at + 900 },
        }),
        entries: [],
      })),
    refuse: async (id: string, code: string, leavesLane = false) =>
      save(
        id,
        (state) => {
          const refused = state.recipients.map((entry) => ({
            ...entry,
            status: "rejected" as const,
            detail: `${code}: no such person`,
          }));
          return die(
            { ...state, recipients: refused },
            {
              reason: "rejected",
              detail: "refused",
              entries: [],
              context: {
                now: at + 1_000 + made,
              },
            },
          );
        },
        leavesLane,
      ),
    discard: async (id: string) =>
      save(
        id,
        (state) =>
          discard(state, { actor: { by: "ops", note: "no" }, now: at + 5_000 }) ?? { state, entries: [] },
      ),
    replay: async (id: string, edit: readonly string[] | null = null) => {
      const delivery = await read(id);
      const actor = { by: "ops", note: null };
      const change = edit === null ? null : { recipients: edit, changed: ["/params"] };
      const decision = replay(delivery.state, { actor, policy: DEFAULT_POLICY, now: at, edit: change });
      const { request } = delivery;
      return letters.replay({
        delivery,
        decision,
        request,
        payload: edit === null ? null : "{}",
        action: null,
      });
    },
    purge: async () => {
      for (const status of ["confirmed", "cancelled", "discarded"] as const)
        await store.purge(status, { retentionMs: -1e9, referenceRetentionMs: 1_000, most: 200 });
    },
  };
}

describe("indexes", () => {
  it("list a delivery by each recipient, by what the platform named, and by nothing once it is forgotten", async () => {
    const account = anAccount();
    const id = await account.accept(["ann", "bob", "ann"]);
    await account.confirm(id);
    const listed = await redis.zrange(account.keys.lookup("recipient", lookupName("bob")), 0, "-1");
    const named = await redis.zrange(account.keys.lookup("named", lookupName(`p-${id}`)), 0, "-1");

    await account.purge();

    expect([listed, named]).toEqual([[id], [id]]);
    expect(await redis.keys(`${account.base}*:*`)).toEqual(await redis.keys(`${account.base}stats:*`));
  });

  it("do not list what is claimed: the claim finds it", async () => {
    const account = anAccount();
    const id = await account.accept(["ann"]);
    await redis.bidaClaim(account.base, `p-${id}`, id);
    await account.confirm(id);

    expect(await redis.keys(account.keys.lookup("named", "*"))).toEqual([]);
  });

  it("follow an edit to the recipients that it addresses", async () => {
    const account = anAccount();
    const id = await account.accept(["ann"]);
    await account.refuse(id, "505");
    await account.replay(id, ["bob"]);

    expect(await redis.keys(account.keys.lookup("recipient", "*"))).toEqual([
      account.keys.lookup("recipient", lookupName("bob")),
    ]);
  });

  it("count what waits behind a dead head, whatever happens to the head and to them", async () => {
    const account = anAccount();
    const waiting = async () => Number((await redis.get(account.keys.lanesWaiting)) ?? "0");
    const ids = [];
    for (let i = 0; i < 4; i += 1) ids.push(await account.accept(["ann"], "lane"));
    const [head = "", second = "", third = ""] = ids;
    const seen = [await waiting()];
    await account.refuse(head, "505");
    seen.push(await waiting());
    await account.accept(["ann"], "lane");
    seen.push(await waiting());
    // Dead, and behind the head: it holds the lane in its turn.
    await account.refuse(second, "505");
    await account.refuse(third, "505", true);
    seen.push(await waiting());
    await account.discard(head);
    seen.push(await waiting());
    await account.replay(second);
    seen.push(await waiting());

    expect(seen).toEqual([0, 3, 4, 3, 2, 0]);
    expect(await indexDisagreements(redis, account.base)).toEqual([]);
  });

  it("give the first codes of a platform groups of their own, and further ones one together", async () => {
    const account = anAccount();
    await redis.sadd(account.keys.groups, ...Array.from({ length: 500 }, (_, i) => `x:rejected:${i}`));
    const [one, other] = [await account.accept(["ann"]), await account.accept(["ann"])];
    await account.refuse(one, "a1");
    await account.refuse(other, "b2");

    const groups = (await redis.smembers(account.keys.groups)).filter((name) => !name.startsWith("x:"));
    expect(groups.toSorted()).toEqual(["schedule.create:rejected:*", "todo.create:rejected:*"]);
  });

  it("agree with the records after every act of people and workers", async () => {
    const account = anAccount();
    const random = seeded(20261126);
    const pick = <T>(some: readonly T[]): T | undefined => some[Math.floor(random() * some.length)];
    const ids: string[] = [];
    for (let step = 0; step < 400; step += 1) {
      const people = ["ann", "bob", "cho", "dan"].filter(() => random() < 0.5);
      const id = pick(ids);
      const delivery = id === undefined ? null : await account.store.get(id);
      if (random() < 0.4 || id === undefined || delivery === null || delivery === "unreadable") {
        ids.push(
          await account.accept(people.length === 0 ? ["ann"] : people, pick([null, "l1", "l2"]) ?? null),
        );
        continue;
      }
      const { status } = delivery.state;
      if (random() < 0.03) await account.purge();
      else if (status === "dead" && random() < 0.5) await account.discard(id);
      else if (status === "dead" || status === "discarded")
        await account.replay(id, random() < 0.3 ? ["eve"] : null);
      else if (!isEnded(status) && random() < 0.5) await account.confirm(id);
      else if (!isEnded(status)) await account.refuse(id, pick(["505", "1001"]) ?? "", random() < 0.2);
    }

    expect(await indexDisagreements(redis, account.base)).toEqual([]);
  });
});

describe("counters", () => {
  it("count each end once, also when its save is made twice, and keep how long a proof took", async () => {
    const account = anAccount();
    const confirmed = await account.accept(["ann"]);
    const dead = await account.accept(["ann"]);
    const before = await account.read(confirmed);
    await account.confirm(confirmed);
    const again = await account.store.save(before, {
      decision: {
        state: move(before.state, { changed: {}, standing: { status: "confirmed", finishedAt: 1 } }),
        entries: [],
      },
    });
    await account.refuse(dead, "505");
    await account.replay(dead);
    await account.refuse(dead, "505");
    await account.discard(dead);
    await account.save(dead, (state) => {
      const restoring = restore(state, { actor: { by: "ops", note: null }, now: Date.now() });
      if (restoring.kind !== "restored") throw new Error(restoring.kind);
      return restoring.decision;
    });

    const [minute = "none"] = await redis.keys(`${account.base}stats:h*`);
    expect(again.kind).toBe("stale");
    expect(await redis.hgetall(minute)).toEqual({
      accepted: "2",
      confirmed: "1",
      "took:0": "1",
      "dead:rejected": "2",
      replayed: "1",
      discarded: "1",
    });
    expect(await indexDisagreements(redis, account.base)).toEqual([]);
  });
});

/** The same numbers each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
