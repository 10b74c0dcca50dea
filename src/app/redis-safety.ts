/**
 * Looks at the Redis that Bida is to trust: one that may evict is refused, one without AOF is warned of.
 */
import type { Redis } from "ioredis";

export interface RedisSafety {
  /** Why Bida must not run on it; null if it may. */
  readonly refusal: string | null;
  readonly warnings: readonly string[];
}

export async function redisSafety(redis: Redis): Promise<RedisSafety> {
  const info = await redis.info();
  const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
  const policy = field("maxmemory_policy");
  if (policy !== undefined && policy !== "noeviction") {
    const refusal = `Redis may evict deliveries (maxmemory-policy ${policy}); set it to noeviction`;
    return { refusal, warnings: [] };
  }
  const warnings = [];
  if (field("aof_enabled") === "0") {
    warnings.push(
      "Redis runs without AOF: an acknowledged delivery may be lost in a crash; set appendonly yes",
    );
  }
  return { refusal: null, warnings };
}
