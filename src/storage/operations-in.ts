/**
 * Which operations the deliveries of an account have that somebody may still send, check or replay.
 */
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys, type AccountScope } from "./keys.ts";

const PART = 500;

/** @returns how many are unfinished or dead, by operation; what cannot be read is in none */
export async function operationsIn(
  redis: ScriptedRedis,
  { prefix, account }: AccountScope,
): Promise<ReadonlyMap<string, number>> {
  const keys = new AccountKeys(prefix, account);
  const counts = new Map<string, number>();
  for (const list of [keys.deadlines, keys.status("dead")]) {
    // From the end: what ends meanwhile moves nothing that is still to come.
    for (let end = await redis.zcard(list); end > 0; end -= PART) {
      const ids = await redis.zrange(list, Math.max(0, end - PART), String(end - 1));
      const requests = await Promise.all(ids.map((id) => redis.hget(keys.delivery(id), "request")));
      for (const operation of requests.flatMap(operationOf))
        counts.set(operation, 1 + (counts.get(operation) ?? 0));
    }
  }
  return counts;
}

function operationOf(request: string | null): readonly string[] {
  try {
    const { operation } = JSON.parse(request ?? "{}") as { readonly operation?: unknown };
    return typeof operation === "string" ? [operation] : [];
  } catch {
    return [];
  }
}
