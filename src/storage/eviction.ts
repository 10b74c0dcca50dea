/**
 * Refuses a Redis that may evict keys when its memory is full: it would evict acknowledged deliveries.
 */
import { mastersOf, type ScriptedRedis } from "./connection.ts";

export class MayEvict extends Error {
  constructor(policy: string) {
    super(`Redis may evict deliveries (maxmemory-policy ${policy}); set it to noeviction`);
  }
}

/** A Redis that does not tell its policy passes. @throws MayEvict if one of its masters may evict */
export async function refuseEviction(redis: ScriptedRedis): Promise<void> {
  // A cluster connection knows the masters only after a first answer.
  await redis.ping();
  await Promise.all(
    mastersOf(redis).map(async (master) => {
      const policy = /^maxmemory_policy:(.*?)\r?$/m.exec(await master.info("memory"))?.[1];
      if (policy !== undefined && policy !== "noeviction") throw new MayEvict(policy);
    }),
  );
}
