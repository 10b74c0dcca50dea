/** The delivery that an idempotency key was used for. */
import type { ScriptedRedis } from "./connection.ts";

/** @param key the name of its claim in Redis */
export async function idOfKey(redis: ScriptedRedis, key: string): Promise<string | null> {
  const claim = await redis.get(key);
  return claim?.split(" ")[0] ?? null;
}
