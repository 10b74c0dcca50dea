/**
 * What both sides run on: one Redis and one platform, both emptied between two runs.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Setting } from "./contender.ts";
import { startLocalPlatform, type LocalPlatform } from "./local-platform.ts";
import type { Options } from "./options.ts";
import { startMeasuredRedis } from "./private-redis.ts";

/** Time between a send and its check, on both sides. */
const CHECK_AFTER_MS = 50;

export interface Bench {
  readonly setting: Setting;
  readonly platform: LocalPlatform;
  readonly redis: Redis;
  readonly redisPid: number;
  /** Empties Redis, its append-only file included, and the platform's memory. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function openBench({ concurrency }: Pick<Options, "concurrency">): Promise<Bench> {
  const server = await startMeasuredRedis();
  const platform = await startLocalPlatform();
  const redis = new Redis(server.url);
  return {
    setting: { redisUrl: server.url, platformUrl: platform.url, concurrency, checkAfterMs: CHECK_AFTER_MS },
    platform,
    redis,
    redisPid: server.pid,
    clear: async () => {
      await redis.flushall();
      await rewriteLog(redis);
      await platform.reset();
    },
    close: async () => {
      await redis.quit();
      await Promise.all([platform.stop(), server.stop()]);
    },
  };
}

async function rewriteLog(redis: Redis): Promise<void> {
  await redis.bgrewriteaof();
  do {
    await pause(20);
  } while (!/^aof_rewrite_in_progress:0\r?$/m.test(await redis.info("persistence")));
}
