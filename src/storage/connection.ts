/**
 * Connections to Redis, and Bida's scripts on them.
 *
 * A worker's connection waits through an outage; a producer's fails within two seconds, because a
 * caller is waiting for an answer. Both send what one turn of the event loop asks for in one go.
 */
import { readFileSync } from "node:fs";
import { Redis, type RedisOptions } from "ioredis";
import { batched } from "./script-batch.ts";

/** Called through a `ScriptBatch`. */
const BATCHED_SCRIPTS = {
  bidaAccept: "accept",
  bidaBegin: "begin",
  bidaSave: "save",
  bidaPermitCheck: "permit-check",
} as const;

const SCRIPTS = {
  bidaHandBack: "hand-back",
  bidaLeaseChecks: "lease-checks",
  bidaReleaseChecks: "release-checks",
  bidaSweep: "sweep",
  bidaCondemn: "condemn",
  bidaPurge: "purge",
  bidaReplay: "replay",
  bidaDiscard: "discard",
  bidaList: "list",
  bidaLeaseAction: "lease-action",
  bidaSaveAction: "save-action",
  bidaPermitCall: "permit-call",
  bidaClaim: "claim",
  bidaLeaseCallbacks: "lease-callbacks",
  bidaSaveCallback: "save-callback",
  bidaExhaustBudget: "exhaust-budget",
  bidaReportCalls: "report-calls",
  bidaClaimToken: "claim-token",
  bidaStoreToken: "store-token",
  bidaDropToken: "drop-token",
  bidaMirrorUnmapped: "mirror-unmapped",
} as const;

/** Without `replyMapping`: replies keep the shapes of RESP2 (ioredis 6 would speak RESP3). */
export type ConnectionOptions = Omit<RedisOptions, "replyMapping">;

type Script = (base: string, ...args: (string | number)[]) => Promise<unknown>;
type ScriptName = keyof typeof SCRIPTS | keyof typeof BATCHED_SCRIPTS;
export type ScriptedRedis = Redis & { readonly [Name in ScriptName]: Script };

export type ConnectionRole = "worker" | "producer";

/** How long a producer waits for Redis before it is told that Redis is away. */
const PRODUCER_TIMEOUT_MS = 1_800;

const scripts: NonNullable<RedisOptions["scripts"]> = {
  ...definitions(SCRIPTS, (lua) => lua),
  ...definitions(BATCHED_SCRIPTS, batched),
};

function definitions(
  files: Readonly<Record<string, string>>,
  prepare: (lua: string) => string,
): NonNullable<RedisOptions["scripts"]> {
  return Object.fromEntries(
    Object.entries(files).map(([command, file]) => {
      const lua = readFileSync(new URL(`scripts/${file}.lua`, import.meta.url), "utf8");
      return [command, { lua: prepare(lua), numberOfKeys: 1 }];
    }),
  );
}

/** The options that every connection of this role shares; BullMQ's connections take them too. */
export function connectionOptions(role: ConnectionRole): ConnectionOptions {
  const waits: ConnectionOptions = { maxRetriesPerRequest: null };
  const failsFast: ConnectionOptions = { maxRetriesPerRequest: 1, commandTimeout: PRODUCER_TIMEOUT_MS };
  return {
    protocol: 2,
    connectTimeout: 2_000,
    retryStrategy: (times) => Math.min(50 * times, 1_000),
    ...(role === "worker" ? waits : failsFast),
  };
}

/** Opens a connection with Bida's scripts. Errors are reported to `onError`, reconnecting goes on. */
export function connect(url: string, role: ConnectionRole, onError: (error: Error) => void): ScriptedRedis {
  const redis = new Redis({
    ...connectionOptions(role),
    ...addressOf(url),
    enableAutoPipelining: true,
    scripts,
  });
  redis.on("error", onError);
  return redis as ScriptedRedis;
}

/** The parts of a `redis://` or `rediss://` URL, as ioredis and BullMQ take them. */
export function addressOf(url: string): ConnectionOptions {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const db = Number(pathname.slice(1));
  return {
    host: hostname,
    port: port === "" ? 6379 : Number(port),
    ...(username === "" ? {} : { username: decodeURIComponent(username) }),
    ...(password === "" ? {} : { password: decodeURIComponent(password) }),
    ...(Number.isInteger(db) ? { db } : {}),
    ...(protocol === "rediss:" ? { tls: {} } : {}),
  };
}

/** Ends a connection; one that cannot say goodbye is cut. */
export async function hangUp(redis: ScriptedRedis): Promise<void> {
  const cut = setTimeout(() => redis.disconnect(), 1_000);
  try {
    await redis.quit();
  } catch {
    // It was not connected: there is nobody to say goodbye to.
    redis.disconnect();
  } finally {
    clearTimeout(cut);
  }
}
