/**
 * What an account that has left the configuration has left behind: its unfinished deliveries, by their
 * deadlines.
 */
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys } from "./keys.ts";

const UNFINISHED = ["queued", "retrying", "confirming"] as const;
const AT_ONCE = 500;

export interface Unfinished {
  readonly id: string;
  /** Null where the record does not tell. */
  readonly deadlineAt: number | null;
}

/** All unfinished deliveries of one account, in parts; payloads are not read. */
export async function* unfinishedOf(
  redis: ScriptedRedis,
  prefix: string,
  account: string,
): AsyncGenerator<readonly Unfinished[]> {
  const keys = new AccountKeys(prefix, account);
  for (const status of UNFINISHED) {
    let cursor = "0";
    do {
      const [next, found] = await redis.zscan(keys.status(status), cursor, "COUNT", AT_ONCE);
      cursor = next;
      const ids = found.filter((_, index) => index % 2 === 0);
      const states = await Promise.all(ids.map(async (id) => redis.hget(keys.delivery(id), "state")));
      yield ids.map((id, index) => ({ id, deadlineAt: deadlineIn(states[index] ?? null) }));
    } while (cursor !== "0");
  }
}

function deadlineIn(state: string | null): number | null {
  try {
    const parsed: unknown = JSON.parse(state ?? "null");
    const has = typeof parsed === "object" && parsed !== null && "deadlineAt" in parsed;
    return has && typeof parsed.deadlineAt === "number" ? parsed.deadlineAt : null;
  } catch {
    // Not readable: whoever ends it finds out.
    return null;
  }
}
