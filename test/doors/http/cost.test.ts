/**
 * What a page of the console costs Redis and the connection: bounded, however much there is. Counted on a Redis of its
 * own, the least of several times, because the API's clocks ask a little beside it.
 */
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Redis } from "ioredis";
import { startPrivateRedis, type PrivateRedis } from "../../../src/dev/private-redis/private-redis.ts";
import { leaveDead } from "../../support/leave-dead.ts";
import { aTodo } from "../../support/builders.ts";
import { KEYS, startApiSystem, type ApiSystem } from "./api-system.ts";

let server: PrivateRedis;
let redis: Redis;
let system: ApiSystem;
beforeAll(async () => {
  server = await startPrivateRedis();
  redis = new Redis(server.url);
  // The stream looks when the first comes, and not again while this file runs.
  system = await startApiSystem({ withoutWorker: true, redisUrl: server.url, liveEveryMs: 3_600_000 });
});
afterAll(async () => {
  await system.close();
  redis.disconnect();
  await server.stop();
});

const PAGE = 20;
/** A page reads no more than these, however many there are. */
const MOST_RECORDS = 200;
/** What each page of the console asks for, and how many bytes that may be at most. */
const CALLS = [
  ["/v1/accounts", 4_000],
  ["/v1/accounts/yzj", 20_000],
  ["/v1/system", 20_000],
  ["/v1/dead-letters/groups", 2_000],
  ["/v1/dead-letters/groups?include=details", 2_000],
  ["/v1/stats", 40_000],
  ["/v1/workers", 2_000],
  ["/v1/actions", 2_000],
  [`/v1/dead-letters?limit=${PAGE}`, 40_000],
  [`/v1/deliveries?limit=${PAGE}`, 40_000],
  [`/v1/lanes?limit=${PAGE}`, 40_000],
  ["/v1/dead-letters/callbacks", 2_000],
  ["/v1/audit?limit=20", 10_000],
] as const;

const TIMES = 5;
let dead = 0;

async function letters(count: number): Promise<void> {
  const ids = await Promise.all(
    Array.from({ length: count }, async () => {
      dead += 1;
      return system.enqueue({ ...aTodo(), key: `cost-${dead}`, lane: `cost-${dead}` });
    }),
  );
  await Promise.all(
    ids.map(async (id) => {
      await leaveDead(system, { id, reason: "rejected", detail: "no" });
    }),
  );
}

async function commands(): Promise<number> {
  const info = await redis.info("commandstats");
  const calls = info.matchAll(/^cmdstat_(?!info)[\w|]+:calls=(\d+)/gm);
  return [...calls].reduce((sum, [, count]) => sum + Number(count), 0);
}

interface Cost {
  readonly commands: number;
  readonly bytes: number;
}

async function costOf(path: string): Promise<Cost> {
  const costs: Cost[] = [];
  for (let times = 0; times < TIMES; times += 1) {
    const before = await commands();
    const { status, text } = await system.call(path, { key: "ops" });
    expect(status).toBe(200);
    costs.push({ commands: (await commands()) - before, bytes: Buffer.byteLength(text) });
  }
  return costs.reduce((least, cost) => (cost.commands < least.commands ? cost : least));
}

describe("what the console's pages ask for", () => {
  it("costs Redis the same with thirty times as many deliveries, and stays small", async () => {
    await letters(PAGE);
    const few = new Map<string, Cost>();
    for (const [path] of CALLS) few.set(path, await costOf(path));
    await letters(29 * PAGE);

    for (const [path, mostBytes] of CALLS) {
      const { commands: many, bytes } = await costOf(path);
      expect(many, path).toBeLessThanOrEqual((few.get(path)?.commands ?? 0) + MOST_RECORDS);
      expect(bytes, path).toBeLessThanOrEqual(mostBytes);
    }
  });
});

describe("readers of the stream", () => {
  it("cost Redis less than a command each", async () => {
    const before = await commands();
    const first = await watching();
    const one = (await commands()) - before;
    const others: IncomingMessage[] = [];
    const costs: number[] = [];
    for (let times = 0; times < 4; times += 1) {
      const already = await commands();
      others.push(...(await Promise.all(Array.from({ length: MANY }, watching))));
      costs.push((await commands()) - already);
    }
    for (const stream of [first, ...others]) stream.destroy();

    expect(one).toBeGreaterThan(0);
    expect(Math.min(...costs)).toBeLessThan(MANY);
  });
});

/** So many that the looks of the API itself, a few commands every two seconds, are fewer. */
const MANY = 90;

/** Somebody who has been told the state. */
async function watching(): Promise<IncomingMessage> {
  const asked = get(`${system.api.url}/v1/stream`, { headers: { authorization: `Bearer ${KEYS.eye}` } });
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  answer.setEncoding("utf8");
  for (let text = ""; !text.includes("event: state");) {
    const [chunk] = (await once(answer, "data")) as [string];
    text += chunk;
  }
  return answer;
}
