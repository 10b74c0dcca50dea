/**
 * Whatever is in the stream is taken, although somebody else acknowledged it, and although older orders are held.
 */
import { Redis } from "ioredis";
import { afterAll, beforeEach, expect, it } from "vitest";
import { GROUP, OrderStream } from "../../src/intake/order-stream.ts";
import { StreamIntake } from "../../src/intake/stream-intake.ts";
import { eventually } from "../support/eventually.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";

const key = `${aPrefix()}:orders`;
const redis = new Redis(testRedisUrl(), { protocol: 2 });
let stream: OrderStream;

beforeEach(async () => {
  await redis.del(key);
  stream = new OrderStream({ redis, waiting: redis, key, consumer: "one", onUntold: () => undefined });
  await stream.open();
});
afterAll(async () => {
  await redis.del(key);
  redis.disconnect();
});

/** Entries `1-0`, `2-0` … */
const write = async (count: number): Promise<void> => {
  for (let n = 1; n <= count; n += 1) await redis.xadd(key, `${n}-0`, "order", "{}");
};
const readAll = async (): Promise<void> => void (await stream.next(1_000, 1));
/** Until a call finds none and has looked at everything. */
async function allForgotten(most: number): Promise<string[]> {
  const entries: string[] = [];
  for (let calls = 0; calls < 200; calls += 1) {
    const { orders, hasMore } = await stream.forgotten(most);
    entries.push(...orders.map(({ entry }) => entry));
    if (!hasMore) return entries;
  }
  throw new Error("it never ends");
}

it("finds what others acknowledged and left, behind an order that is held", async () => {
  await write(6);
  await readAll();
  await redis.xack(key, GROUP, "2-0", "3-0", "5-0", "6-0");

  const found = await allForgotten(50);

  expect(found.toSorted()).toEqual(["2-0", "3-0", "5-0", "6-0"]);
  expect((await redis.xpending(key, GROUP))[0]).toBe(6);
});

it("finds them behind more held orders than it looks at at once", async () => {
  await write(40);
  await readAll();
  await redis.xack(key, GROUP, "20-0", "40-0");

  expect(await allForgotten(3)).toEqual(["20-0", "40-0"]);
  expect(await allForgotten(3)).toEqual([]);
});

it("takes neither new orders nor those that are held", async () => {
  await write(3);
  await readAll();
  await redis.xadd(key, "4-0", "order", "{}");

  expect(await allForgotten(2)).toEqual([]);
  expect((await stream.next(10, 1)).map(({ entry }) => entry)).toEqual(["4-0"]);
});

it("looks at the largest id that a stream can have", async () => {
  await write(1);
  const last = "18446744073709551615-18446744073709551615";
  await redis.xadd(key, last, "order", "{}");
  await readAll();

  expect(await allForgotten(1)).toEqual([]);
  await redis.xack(key, GROUP, last);
  expect(await allForgotten(1)).toEqual([last]);
});

it("reports what somebody removed after it was claimed and before it was read", async () => {
  // Too long to be read at once, so two of them wait.
  for (let n = 1; n <= 10; n += 1) await redis.xadd(key, `${n}-0`, "order", "x".repeat(1_048_576));
  await redis.xreadgroup("GROUP", GROUP, "crashed", "COUNT", 10, "STREAMS", key, ">");
  const first = await stream.claim(10, 0);
  expect(first).toMatchObject({ removed: [], hasMore: true });
  const waiting = ["9-0", "10-0"];
  await redis.xdel(key, "9-0");
  // Its former consumer was only slow.
  await redis.multi().xack(key, GROUP, "10-0").xdel(key, "10-0").exec();

  const removed = await stream.keep([]);

  expect(first.orders.map(({ entry }) => entry)).not.toEqual(expect.arrayContaining(waiting));
  expect(removed).toEqual(["9-0"]);
  expect(await stream.claim(10, 60_000)).toMatchObject({ orders: [], removed: [] });
});

/** Somebody removes what is held, once, before others' entries are claimed: so the claim drops it. */
class RemovedBeforeClaim extends OrderStream {
  hasRemoved = false;

  override async keep(entries: readonly string[]): Promise<readonly string[]> {
    const gone = await super.keep(entries);
    if (entries.length === 0 || this.hasRemoved) return gone;
    await redis.xdel(key, ...entries);
    await eventually(
      async () => redis.xpending(key, GROUP, "IDLE", 1, "-", "+", 1),
      (idle) => idle.length === 1,
    );
    this.hasRemoved = true;
    return gone;
  }
}

it("reports a held order when the intake stops, though a claim has dropped its entry", async () => {
  const refused: string[] = [];
  const removing = new RemovedBeforeClaim({
    redis,
    waiting: redis,
    key,
    consumer: "one",
    onUntold: () => undefined,
  });
  const intake = new StreamIntake({
    stream: removing,
    source: { name: "stream", producer: "oa", accounts: ["yzj"] },
    ports: {
      enqueue: async (orders) => orders.map(() => ({ kind: "full" })),
      refuse: async (orders) => void refused.push(...orders.map(({ entry }) => entry)),
      emit: () => undefined,
    },
    onError: () => undefined,
    idleMs: 1,
  });
  await redis.xadd(key, "1-0", "order", JSON.stringify({ account: "yzj", operation: "todo.create" }));

  intake.start();
  await eventually(
    async () => removing.hasRemoved && (await redis.xpending(key, GROUP))[0] === 0,
    (isDropped) => isDropped,
  );
  await intake.stop();

  expect(refused).toEqual(["1-0"]);
});
