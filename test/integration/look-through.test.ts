/**
 * Whoever looks through records for words meets all that hold them, and Redis passes over the others unread.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connect, type ScriptedRedis } from "../../src/storage/connection.ts";
import { DeliveryListStore } from "../../src/storage/delivery-list-store.ts";
import { AccountKeys } from "../../src/storage/keys.ts";
import { encodeState } from "../../src/storage/record-codec.ts";
import type { Saying } from "../../src/operations/ports.ts";
import { aState } from "../support/builders.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";

let redis: ScriptedRedis;
let lists: DeliveryListStore;
let keys: AccountKeys;
beforeAll(() => {
  redis = connect({ url: testRedisUrl() }, { role: "worker", onError: () => undefined });
});
beforeEach(() => {
  const scope = { prefix: aPrefix(), account: "yzj" };
  lists = new DeliveryListStore(redis, scope);
  keys = new AccountKeys(scope.prefix, scope.account);
});
afterAll(() => redis.disconnect());

async function stored(details: readonly string[]): Promise<string[]> {
  const request = JSON.stringify({ operation: "todo.create", createdAt: 1, deadlineAt: 2 });
  return Promise.all(
    details.map(async (detail, number) => {
      const state = encodeState(aState({ detail }), { lane: null });
      await redis.hset(keys.delivery(`d${number}`), { request, state, version: 1 });
      return `d${number}`;
    }),
  );
}

async function metBy(ids: readonly string[], saying: Saying): Promise<(string | null)[]> {
  const met = await lists.look(ids, [saying]);
  return met.map((one) => (one === null || one === "unreadable" ? null : one.delivery.state.detail));
}

const inState = (words: string, anyCase = true): Saying => ({ of: "state", words, anyCase });

describe("words in a record", () => {
  it("are found whatever letters, quotes and line ends they have", async () => {
    const details = [
      "No Such",
      'he says "no\n such"',
      "273 \u212a",
      "\u0130stanbul",
      "ΟΔΟΣ",
      "没有这个人\ud83d\ude00",
    ];
    const ids = await stored(details);

    for (const [at, detail] of details.entries()) {
      for (const words of [detail, detail.toLowerCase(), detail.toLowerCase().slice(-2)]) {
        expect((await metBy(ids, inState(words)))[at], words).toBe(detail);
      }
      expect((await metBy(ids, inState(detail, false)))[at]).toBe(detail);
    }
    // Small letters of these two are ASCII.
    expect(await metBy(ids, inState("K"))).toContain("273 \u212a");
    expect(await metBy(ids, inState("I"))).toContain("\u0130stanbul");
  });

  it("leave all others out, and each is listed in its place", async () => {
    const ids = await stored(["505: no", "506: no", "505: yes"]);

    expect(await metBy(["gone", ...ids], inState("505: ", false))).toEqual([
      null,
      "505: no",
      null,
      "505: yes",
    ]);
    expect(await metBy(ids, { of: "request", words: "todo.create", anyCase: false })).not.toContain(null);
    expect(await metBy(ids, { of: "request", words: "todo.update", anyCase: false })).toEqual([
      null,
      null,
      null,
    ]);
  });

  it("are looked for in a bounded memory: large records are read a few at a time", async () => {
    const ids = await stored(Array.from({ length: 5 }, () => "x".repeat(400_000)));

    expect(await metBy(ids, inState("x"))).toHaveLength(3);
    expect(await metBy(ids, inState("y"))).toHaveLength(5);
  });
});
