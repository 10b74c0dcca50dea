/**
 * The unfinished deliveries of an account that nobody serves, with the times at which they must have ended.
 */
import type { ScriptedRedis } from "./connection.ts";
import { AccountKeys, type AccountScope } from "./keys.ts";

interface Unfinished {
  readonly id: string;
  /** When it must have ended, in ms of Redis' clock. */
  readonly deadlineAt: number | null;
}

const PART = 500;

/** Every unfinished delivery is in `deadlines`, and leaves it when it ends. */
export async function* unfinishedOf(
  redis: ScriptedRedis,
  { prefix, account }: AccountScope,
): AsyncGenerator<readonly Unfinished[]> {
  const { deadlines } = new AccountKeys(prefix, account);
  // From the end of the list, so that deliveries that end meanwhile do not shift what is still to be read.
  for (let end = await redis.zcard(deadlines); end > 0; end -= PART) {
    const found = await redis.zrange(deadlines, Math.max(0, end - PART), String(end - 1), "WITHSCORES");
    const part: Unfinished[] = [];
    for (let i = 0; i + 1 < found.length; i += 2)
      part.push({ id: found[i] ?? "", deadlineAt: Number(found[i + 1]) });
    yield part;
  }
}
