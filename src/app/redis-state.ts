/**
 * Reads the state of Redis itself: one INFO of each master.
 */
import type { RedisState } from "../doors/http/fleet-routes.ts";
import { mastersOf, type ScriptedRedis } from "../storage/connection.ts";

export async function readRedisState(redis: ScriptedRedis): Promise<readonly RedisState[]> {
  return Promise.all(mastersOf(redis).map(async (master) => stateIn(await master.info())));
}

function stateIn(info: string): RedisState {
  const word = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1] ?? "";
  const count = (name: string): number => Number(word(name)) || 0;
  return {
    version: word("redis_version"),
    role: word("role"),
    usedBytes: count("used_memory"),
    mostBytes: count("maxmemory"),
    policy: word("maxmemory_policy"),
    writesAof: word("aof_enabled") === "1",
    replicas: count("connected_slaves"),
    replicaLagBytes: lagIn(info, count("master_repl_offset")),
    clients: count("connected_clients"),
    commandsPerSecond: count("instantaneous_ops_per_sec"),
    uptimeMs: count("uptime_in_seconds") * 1_000,
  };
}

/** How many bytes the slowest replica is behind; null where none is connected. */
function lagIn(info: string, written: number): number | null {
  const offsets = [...info.matchAll(/^slave\d+:.*\boffset=(\d+)/gm)].map(([, offset]) => Number(offset));
  return offsets.length === 0 ? null : Math.max(0, written - Math.min(...offsets));
}
