/**
 * Small texts that expire, and that have to be written while Redis' memory is full too: whose turn it is, which processes
 * run, which alerts were sent. Without them nothing would be deleted any more, and doctor would miss every worker.
 *
 * A Redis without memory refuses a script at its first write if that command may need memory, and lets it finish
 * otherwise: so the first write is one that needs none. It is one of the key itself, unlike in our other scripts
 * (GOES_ON_WHEN_FULL): not all keys here have a hash tag, and in a cluster another key may be on another node.
 */
import type { ScriptedRedis } from "./connection.ts";

const PUT = `if ARGV[3] == "NX" and redis.call("EXISTS", KEYS[1]) == 1 then
  return 0
end
redis.call("PEXPIRE", KEYS[1], ARGV[2])
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
return 1`;

interface Put {
  readonly key: string;
  readonly value: string;
  readonly forMs: number;
  /** Write only if the key does not exist. */
  readonly isNew?: boolean;
}

/** Returns false, and writes nothing, if `isNew` is set and the key exists. */
export async function put(redis: ScriptedRedis, { key, value, forMs, isNew = false }: Put): Promise<boolean> {
  return (await redis.eval(PUT, 1, key, value, forMs, isNew ? "NX" : "")) === 1;
}

const LIST = `redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", ARGV[4])
redis.call("SET", KEYS[2], ARGV[2], "PX", ARGV[5])
redis.call("ZADD", KEYS[1], ARGV[3], ARGV[1])`;

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
  await redis.eval(LIST, 2, list, key, id, value, now, now - forMs, forMs);
}
