/**
 * Examines the Redis that Bida is to trust. One that may evict is refused, and so is one whose user lacks rights; of
 * one without AOF the operator is warned.
 */
import type { Redis } from "ioredis";
import { ConfigError } from "../config/config-error.ts";
import type { Config } from "../config/config.ts";
import { unlessAborted } from "../waiting/unless-aborted.ts";
import { AccountRegistry } from "../storage/account-registry.ts";
import { connect, fatalErrorOf, hangUp, type ScriptedRedis } from "../storage/connection.ts";
import { isRedisFull } from "../storage/redis-away.ts";
import { probeWrites } from "../storage/write-probe.ts";

interface RedisSafety {
  /** Why Bida must not run on it; null if it may. */
  readonly refusal: string | null;
  readonly warnings: readonly string[];
}

async function redisSafety(redis: Redis): Promise<RedisSafety> {
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

interface Trust {
  readonly config: Config;
  readonly warn: (warning: string) => void;
  /** Aborted when the process is to leave: then it does not wait for Redis. */
  readonly leaving?: AbortSignal | undefined;
}

/**
 * Waits for Redis if it is away, and writes down which accounts there are: before anything is accepted,
 * and as the proof that it takes writes.
 *
 * @throws ConfigError when Bida must not run on it
 */
export async function trustRedis(redis: ScriptedRedis, { config, warn, leaving }: Trust): Promise<void> {
  try {
    const { refusal, warnings } = await unlessAborted(redisSafety(redis), leaving);
    if (refusal !== null) throw new ConfigError(refusal);
    for (const warning of warnings) warn(warning);
    await unlessAborted(announceAccounts(redis, config), leaving);
    await unlessAborted(probeWrites(redis, config.redis.prefix, Object.keys(config.accounts)), leaving);
  } catch (error) {
    // Work on what was acknowledged goes on. Before anything new is accepted, the accounts are written down.
    if (isRedisFull(error)) return warn(FULL);
    const lacking = fatalErrorOf(redis) === null ? missingRights(error, config) : NO_SUCH_DATABASE;
    if (lacking === null) throw error;
    throw new ConfigError(lacking, undefined, { cause: error });
  }
}

/**
 * A connection to a Redis that Bida may trust.
 *
 * @throws ConfigError when Bida must not run on it
 */
export async function connectTrusted(
  trust: Trust,
  onError: (error: unknown) => void,
): Promise<ScriptedRedis> {
  const redis = connect(trust.config.redis, "worker", onError);
  try {
    await trustRedis(redis, trust);
  } catch (error) {
    await hangUp(redis);
    throw error;
  }
  return redis;
}

const FULL = "Redis' memory is full (maxmemory): nothing new is accepted until there is room";

export const NO_SUCH_DATABASE =
  "redis.url: Redis has no database of that number (`databases` in redis.conf says how many there are)";

export async function announceAccounts(
  redis: ScriptedRedis,
  { accounts, redis: { prefix } }: Config,
): Promise<void> {
  const each = Object.entries(accounts).map(([name, { platform }]) => ({ name, platform }));
  await new AccountRegistry(redis, prefix).announce(each);
}

/** What an operator is to grant; tried with Redis 7 in the tests. */
export function neededRights({ redis: { prefix } }: Config): string {
  return `~${prefix}:* +@read +@write +@scripting +@connection +@transaction +@blocking +time +info`;
}

/** In one sentence what Redis' answer asks of the operator; null where it is about something else. */
export function missingRights(error: unknown, config: Config): string | null {
  const [code] = /\b(NOPERM|WRONGPASS|NOAUTH)\b/.exec(error instanceof Error ? error.message : "") ?? [""];
  if (code === "NOPERM")
    return `Redis' user lacks rights; Bida needs: ACL SETUSER <user> ${neededRights(config)}`;
  if (code === "WRONGPASS") return "Redis refuses the user or the password that redis.url names (WRONGPASS)";
  if (code === "NOAUTH")
    return "Redis wants a password (NOAUTH); put it into redis.url: redis://:<password>@host:port";
  return null;
}
