/**
 * Small texts that expire, and that have to be written while Redis' memory is full too: whose turn it is, which processes
 * run, which alerts were sent. Without them nothing would be deleted any more, and doctor would miss every worker.
 *
 * The first write of their scripts needs no memory, and is one of the key itself: not all keys here have a hash tag, and
 * in a cluster another key may be on another node.
 */
import { evaluated, type ScriptedRedis } from "./connection.ts";
import { argsOf, PUT, PUT_LISTED } from "./scripts.ts";

interface Put {
  readonly key: string;
  readonly value: string;
  readonly forMs: number;
  /** Write only if the key does not exist. */
  readonly isNew?: boolean;
}

/** Returns false, and writes nothing, if `isNew` is set and the key exists. */
export async function put(redis: ScriptedRedis, { key, value, forMs, isNew = false }: Put): Promise<boolean> {
  const args = argsOf(PUT, { named: { value, forMs, ifNew: isNew ? 1 : 0 } });
  return (await redis.eval(evaluated.put, 1, key, ...args)) === 1;
}

interface Listed {
  readonly list: string;
  readonly key: string;
  readonly id: string;
  readonly value: string;
  readonly now: number;
  readonly forMs: number;
}

/** Also writes the id to a sorted set, and removes ids from it that were not written for `forMs`. */
export async function putListed(
  redis: ScriptedRedis,
  { list, key, id, value, now, forMs }: Listed,
): Promise<void> {
  const args = argsOf(PUT_LISTED, { named: { id, value, now, forMs } });
  await redis.eval(evaluated.putListed, 2, list, key, ...args);
}
