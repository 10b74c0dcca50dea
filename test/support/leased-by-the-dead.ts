/**
 * Leaves in Redis what a worker leaves that was killed in the middle of a send.
 */
import type { Redis } from "ioredis";
import type { AccountKeys } from "../../src/storage/keys.ts";

/** @param base of the account's keys; @param family of the delivery's operation */
export async function leasedByTheDead(
  redis: Redis,
  keys: AccountKeys,
  { id, family }: { readonly id: string; readonly family: string },
): Promise<void> {
  await redis.hset(keys.delivery(id), "mark", "L:dead:1");
  await redis.hincrby(keys.delivery(id), "version", 1);
  for (const list of [keys.status("queued"), keys.status("retrying"), keys.sendDue(family)])
    await redis.zrem(list, id);
  await redis.zadd(keys.sendLeases, Date.now() - 1, id);
}
