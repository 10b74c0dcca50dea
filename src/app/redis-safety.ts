/**
 * Examines the Redis that Bida is to use. One that may evict, or whose user lacks rights, is refused; about one
 * without AOF the operator is warned.
 */
import { ConfigError } from "../config/config-error.ts";
import type { Config } from "../config/config.ts";
import { say } from "../language/say.ts";
import { pause, unlessAborted } from "../waiting/waiting.ts";
import { AccountRegistry } from "../storage/account-registry.ts";
import { connect, fatalErrorOf, hangUp, mastersOf, type ScriptedRedis } from "../storage/connection.ts";
import { MayEvict, refuseEviction } from "../storage/eviction.ts";
import { LACKS_RIGHT_IN_SCRIPT } from "../operations/why-unavailable.ts";
import { isRedisAway, isRedisFull } from "../storage/redis-away.ts";
import { lackingCommands } from "../storage/script-rights.ts";
import { probeWrites } from "../storage/write-probe.ts";
import { ofAnotherPlatform, type OtherPlatform } from "./other-platform.ts";

const WITHOUT_AOF =
  "Redis runs without AOF: an acknowledged delivery may be lost in a crash; set appendonly yes";

/** @returns warnings for the operator. @throws ConfigError when Bida must not run on it */
async function examine(redis: ScriptedRedis): Promise<readonly string[]> {
  try {
    await refuseEviction(redis);
  } catch (error) {
    if (error instanceof MayEvict) throw new ConfigError(error.message);
    throw error;
  }
  const infos = await Promise.all(mastersOf(redis).map((master) => master.info()));
  for (const info of infos) {
    const version = /^redis_version:(.*?)\r?$/m.exec(info)?.[1] ?? "";
    if (isTooOld(version))
      throw new ConfigError(
        say("Redis is too old: version {version}; install Redis 6.2 or newer", { version }),
      );
  }
  return infos.some((info) => /^aof_enabled:0/m.test(info)) ? [WITHOUT_AOF] : [];
}

const OLDEST = [6, 2] as const;

/** Older versions lack commands that Bida uses. A version that cannot be read does not count as old. */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return /^\d+\./.test(version) && (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]));
}

interface Trust {
  readonly config: Config;
  readonly warn: (warning: string) => void;
  /** Aborts when the process is to stop: then it does not wait for Redis. */
  readonly leaving?: AbortSignal | undefined;
}

/**
 * Waits for Redis if it is away, and registers the accounts: before anything is accepted, and to prove that
 * Redis takes writes.
 *
 * @throws ConfigError when Bida must not run on it
 */
export async function trustRedis(redis: ScriptedRedis, { config, warn, leaving }: Trust): Promise<void> {
  try {
    for (const warning of await unlessAborted(examine(redis), leaving)) warn(warning);
    await unlessAborted(settleAccounts(redis, config), leaving);
    await unlessAborted(
      probeWrites(redis, { prefix: config.redis.prefix, accounts: Object.keys(config.accounts) }),
      leaving,
    );
  } catch (error) {
    // Work on acknowledged deliveries goes on. The accounts are registered later, before anything new is
    // accepted.
    if (isRedisFull(error)) return warn(FULL);
    const lacking = fatalErrorOf(redis) === null ? missingRights(error, config) : NO_SUCH_DATABASE;
    if (lacking === null) throw error;
    throw new ConfigError(lacking, { options: { cause: error } });
  }
}

/**
 * A connection to a Redis that has been examined.
 *
 * @throws ConfigError when Bida must not run on it
 */
export async function connectTrusted(
  trust: Trust,
  onError: (error: unknown) => void,
): Promise<ScriptedRedis> {
  const redis = connect(trust.config.redis, { role: "worker", onError });
  try {
    await trustPatiently(redis, { trust, onError });
  } catch (error) {
    await hangUp(redis);
    throw error;
  }
  return redis;
}

const AGAIN_AFTER_MS = 1_000;
const NEVER = new AbortController().signal;

/** Also waits while Redis answers, but refuses: it loads its data, runs somebody's script, or cannot write to its disk. */
export async function trustPatiently(
  redis: ScriptedRedis,
  { trust, onError }: { readonly trust: Trust; readonly onError: (error: unknown) => void },
): Promise<void> {
  const { leaving = NEVER } = trust;
  const warned = new Set<string>();
  const warn = (warning: string): void => {
    if (!warned.has(warning)) trust.warn(warning);
    warned.add(warning);
  };
  for (;;) {
    try {
      return await trustRedis(redis, { ...trust, warn });
    } catch (error) {
      if (error instanceof ConfigError || !isRedisAway(error) || leaving.aborted) throw error;
      onError(error);
      await pause(AGAIN_AFTER_MS, leaving);
    }
  }
}

const FULL = "Redis' memory is full (maxmemory): nothing new is accepted until there is room";

export const NO_SUCH_DATABASE =
  "redis.url: Redis has no database of that number (`databases` in redis.conf says how many there are)";

/** Registers accounts that are not registered yet: before anything is accepted for them, and again at intervals. */
export async function announceAccounts(redis: ScriptedRedis, config: Config): Promise<void> {
  await new AccountRegistry(redis, config.redis.prefix).announce(namedPlatforms(config));
}

/** @throws ConfigError when an account has deliveries of another platform */
async function settleAccounts(redis: ScriptedRedis, config: Config): Promise<void> {
  const others = await ofAnotherPlatform(redis, config);
  if (others.length > 0) throw new ConfigError(others.map(otherPlatformWords).join("\n"));
  await new AccountRegistry(redis, config.redis.prefix).settle(namedPlatforms(config));
}

function namedPlatforms({ accounts }: Config): { readonly name: string; readonly platform: string }[] {
  return Object.entries(accounts).map(([name, { platform }]) => ({ name, platform }));
}

function otherPlatformWords({ name, platform, before, deliveries }: OtherPlatform): string {
  return say(
    "accounts.{account}.platform: {deliveries} deliveries of {before} are unfinished or dead in this account, and {platform} could neither send nor check them; write {before} again, or give the account of {platform} another name",
    { account: name, deliveries, before, platform },
  );
}

/** The ACL rights that Bida needs; the tests try them with Redis 7. */
export function neededRights({ redis: { prefix } }: Config): string {
  return `~${prefix}:* +@read +@write +@scripting +@connection +@transaction +@blocking +time +info`;
}

/** One sentence about the rights or the password that an error of Redis asks for; null for any other error. */
export function missingRights(error: unknown, config: Config): string | null {
  const message = error instanceof Error ? error.message : "";
  const lacking = lackingCommands(error);
  const rights = neededRights(config);
  if (lacking !== null)
    return say("Redis' user lacks rights ({commands}); Bida needs: ACL SETUSER <user> {rights}", {
      commands: lacking.join(", "),
      rights,
    });
  const unknown = /unknown command\W+([\w, ]+?)(?:'|`|"|, with args|$)/i.exec(message)?.[1]?.toUpperCase();
  if (unknown !== undefined)
    return say(
      "Redis has no command {commands}: it renames or switches off commands (rename-command), or a proxy in between does not know them; Bida needs them",
      { commands: unknown },
    );
  const [code] = /\b(NOPERM|WRONGPASS|NOAUTH)\b/.exec(message) ?? [""];
  if (code === "NOPERM" || LACKS_RIGHT_IN_SCRIPT.test(message))
    return say("Redis' user lacks rights; Bida needs: ACL SETUSER <user> {rights}", { rights });
  if (code === "WRONGPASS") return "Redis refuses the user or the password that redis.url names (WRONGPASS)";
  if (code === "NOAUTH")
    return "Redis wants a password (NOAUTH); put it into redis.url: redis://:<password>@host:port";
  return null;
}
