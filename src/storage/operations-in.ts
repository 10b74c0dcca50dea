/**
 * The operations of an account's deliveries that may still be sent, checked or replayed.
 */
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys, type AccountScope } from "./keys.ts";

const PART = 500;

/** @returns how many are unfinished or dead, by operation; records that cannot be read are left out */
export async function operationsIn(
  redis: ScriptedRedis,
  { prefix, account }: AccountScope,
): Promise<ReadonlyMap<string, number>> {
  const keys = new AccountKeys(prefix, account);
  const counts = new Map<string, number>();
  for (const list of [keys.deadlines, keys.status("dead")]) {
    // From the end of the list, so that deliveries that end meanwhile do not shift what is still to be read.
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
