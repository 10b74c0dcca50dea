/**
 * Entries of a stream are read a bounded number of bytes at once, whatever others write into it.
 */
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { EntryReader, type RawEntry } from "../../src/intake/entry-reader.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";

const name = aPrefix();
const key = `${name}:orders`;
const MIB = 1024 * 1024;
let redis: Redis;

beforeAll(() => {
  redis = new Redis(testRedisUrl(), { protocol: 2 });
});
afterAll(async () => {
  await redis.del(key);
  await redis.acl("DELUSER", name);
  redis.disconnect();
});
beforeEach(async () => {
  await redis.del(key);
  await redis.xgroup("CREATE", key, "bida", "0", "MKSTREAM");
});

const add = async (text: string, ...more: readonly string[]): Promise<string> =>
  (await redis.xadd(key, "*", "order", text, ...more)) ?? "";
const addMany = (count: number, bytes: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, () => add("x".repeat(bytes))));
const bytesOf = (entries: readonly (RawEntry | null)[]): number =>
  entries.reduce((sum, entry) => sum + Buffer.concat(entry?.fields ?? []).length, 0);

describe.each([
  ["a user that may run scripts", ["+@all"]],
  ["a user that may run none", ["+@all", "-eval"]],
])("as %s", (_who, rights) => {
  let reader: EntryReader;
  let connections: Redis[];

  beforeAll(async () => {
    await redis.acl("SETUSER", name, "reset", "on", ">secret", "~*", ...rights);
    const as = { protocol: 2 as const, username: name, password: "secret" };
    connections = [new Redis(testRedisUrl(), as), new Redis(testRedisUrl(), as)];
  });
  beforeEach(() => {
    const [own = redis, waiting = redis] = connections;
    reader = new EntryReader({ redis: own, waiting, key, group: "bida", consumer: "one" });
  });
  afterAll(() => {
    for (const connection of connections) connection.disconnect();
  });

  it("reads long orders a few at a time, and each of them once", async () => {
    const ids = await addMany(20, MIB);

    const read: RawEntry[] = [];
    for (let rounds = 0; read.length < 20 && rounds < 20; rounds += 1) {
      const found = await reader.next(50, 1);
      expect(bytesOf(found)).toBeLessThanOrEqual(9.1 * MIB);
      read.push(...found);
    }

    expect(read.map(({ id }) => id)).toEqual(ids);
    expect(await reader.next(50, 1)).toEqual([]);
  });

  it("reads what a crashed consumer held a few at a time", async () => {
    const ids = await addMany(20, MIB);

    const first = await reader.entries(["1-1", ...ids]);

    expect(first[0]).toBeNull();
    expect(first.slice(1).map((entry) => entry?.id)).toEqual(ids.slice(0, 8));
    const [oldest, none, last] = await reader.first([
      ["-", "+"],
      ["-", "1-1"],
      [`(${ids[18]}`, "+"],
    ]);
    expect([oldest?.id, none, last?.id]).toEqual([ids[0], null, ids[19]]);
  });

  it("passes on the refusal of Redis", async () => {
    await redis.del(key);

    await expect(reader.next(50, 1)).rejects.toThrow(/^NOGROUP/);
  });
});

it("does not read what is too long to be an order, and tells how long it was", async () => {
  const reader = new EntryReader({ redis, waiting: redis, key, group: "bida", consumer: "one" });
  await addMany(2, 9 * MIB);
  await add("x".repeat(2 * MIB), "reply", "bida:reply:erp");

  const found: RawEntry[] = [];
  for (let rounds = 0; found.length < 3 && rounds < 3; rounds += 1) found.push(...(await reader.next(50, 1)));

  expect(found.map(({ lengths }) => lengths[1])).toEqual([9 * MIB, 9 * MIB, 2 * MIB]);
  expect(bytesOf(found)).toBeLessThan(MIB);
  expect(found[2]?.fields[3]?.toString()).toBe("bida:reply:erp");
});

it("reads no more fields of an entry than an order may have, and some", async () => {
  const reader = new EntryReader({ redis, waiting: redis, key, group: "bida", consumer: "one" });
  await redis.xadd(key, "*", ...Array.from({ length: 20_000 }, () => ""));

  const [entry] = await reader.next(50, 1);

  expect(entry?.fields).toHaveLength(20);
});
