/**
 * What a worker leaves behind in Redis that was killed in the middle of a send.
 */
import type { Redis } from "ioredis";

/** @param base of the account's keys; @param family of the delivery's operation */
export async function leasedByTheDead(redis: Redis, base: string, id: string, family: string): Promise<void> {
  await redis.hset(`${base}d:${id}`, "mark", "L:dead:1");
  await redis.hincrby(`${base}d:${id}`, "version", 1);
  for (const list of ["status:queued", "status:retrying", `send:due:${family}`])
    await redis.zrem(`${base}${list}`, id);
  await redis.zadd(`${base}send:leases`, Date.now() - 1, id);
}
