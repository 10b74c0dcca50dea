/**
 * Whether Redis may throw keys away when its memory is short: with them it would throw away what was acknowledged.
 */
import { mastersOf, type ScriptedRedis } from "./connection.ts";

export class MayEvict extends Error {
  constructor(policy: string) {
    super(`Redis may evict deliveries (maxmemory-policy ${policy}); set it to noeviction`);
  }
}

/** A Redis that does not tell its policy is not suspected. @throws MayEvict if one of its masters may */
export async function refuseEviction(redis: ScriptedRedis): Promise<void> {
  // A cluster knows its masters once it has answered.
  await redis.ping();
  await Promise.all(
    mastersOf(redis).map(async (master) => {
      const policy = /^maxmemory_policy:(.*?)\r?$/m.exec(await master.info("memory"))?.[1];
      if (policy !== undefined && policy !== "noeviction") throw new MayEvict(policy);
    }),
  );
}
