/**
 * Connections to Redis, and Bida's scripts on them.
 *
 * A worker's connection waits through an outage; a producer's fails within two seconds, because a caller is
 * waiting for an answer. Both send all commands of one turn of the event loop in one pipeline.
 */
import { readFileSync } from "node:fs";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import { ProducerCluster } from "./producer-cluster.ts";
import { parseRedisUrl } from "./redis-url.ts";
import { ALONE, batched } from "./script-batch.ts";
import {
  ACCEPT,
  ADD_ACCOUNTS,
  BEAT,
  CLAIM,
  CLAIM_EACH,
  CLAIM_TOKEN,
  DROP_TOKEN,
  END_UNREADABLE,
  EXHAUST_BUDGET,
  FORGET,
  KEEP_LATE,
  LACKING_RIGHTS,
  LEASE_ACTION,
  LEASE_CALLBACKS,
  LEASE_CHECKS,
  LEASE_SENDS,
  LIST,
  MARK_DURABLE,
  MIRROR_UNMAPPED,
  PERMIT_CALL,
  PERMIT_CHECK,
  PURGE,
  PUT,
  PUT_LISTED,
  READ_GROUP_DETAILS,
  READ_GROUPS,
  READ_RECORDS,
  READ_STATS,
  RELEASE,
  RELEASE_CHECKS,
  RENEW_CHECKS,
  RENEW_SENDS,
  REPLAY,
  REPORT_CALLS,
  RETRY_CALLBACK,
  SAVE,
  SAVE_ACTION,
  SAVE_CALLBACK,
  SERVE_ACCOUNTS,
  STORE_TOKEN,
  REMEMBER,
  TRIM,
  TRIMMABLE,
  TRIMMED_TO,
  preludeOf,
  TIME,
  type ReplyOf,
  type ScriptDeclaration,
} from "./scripts.ts";
import { SteadyConnector, SteadySentinelConnector } from "./steady-connector.ts";

/** Called through a `ScriptBatch`. */
const BATCHED_SCRIPTS = {
  bidaAccept: ACCEPT,
  bidaSave: SAVE,
  bidaPermitCheck: PERMIT_CHECK,
  bidaPermitCall: PERMIT_CALL,
  bidaClaimEach: CLAIM_EACH,
  bidaTrim: TRIM,
} as const;

/**
 * A Redis whose memory is full refuses a script at its first write if that command may need memory, and lets it
 * finish otherwise. So every script that writes, except the one that accepts, begins with a DEL, which needs
 * none. Without this, nothing that was accepted could be sent, proven, ended or deleted, and the memory would
 * stay full. (The same as the flag `allow-oom` of Redis 7.)
 */
const GOES_ON_WHEN_FULL = 'redis.call("DEL", KEYS[1] .. "none")\n';
const REFUSED_WHEN_FULL: ReadonlySet<string> = new Set(["bidaAccept"]);
const READS: ReadonlySet<string> = new Set([
  "bidaTime",
  "bidaTrimmable",
  "bidaList",
  "bidaReadRecords",
  "bidaReadStats",
  "bidaReadGroups",
  "bidaReadGroupDetails",
]);

const SCRIPTS = {
  bidaTime: TIME,
  bidaBeat: BEAT,
  bidaLeaseSends: LEASE_SENDS,
  bidaRenewSends: RENEW_SENDS,
  bidaKeepLate: KEEP_LATE,
  bidaLeaseChecks: LEASE_CHECKS,
  bidaRenewChecks: RENEW_CHECKS,
  bidaReleaseChecks: RELEASE_CHECKS,
  bidaEndUnreadable: END_UNREADABLE,
  bidaPurge: PURGE,
  bidaTrimmable: TRIMMABLE,
  bidaTrimmedTo: TRIMMED_TO,
  bidaRemember: REMEMBER,
  bidaForget: FORGET,
  bidaReplay: REPLAY,
  bidaList: LIST,
  bidaReadRecords: READ_RECORDS,
  bidaReadStats: READ_STATS,
  bidaReadGroups: READ_GROUPS,
  bidaReadGroupDetails: READ_GROUP_DETAILS,
  bidaLeaseAction: LEASE_ACTION,
  bidaSaveAction: SAVE_ACTION,
  bidaClaim: CLAIM,
  bidaRelease: RELEASE,
  bidaLeaseCallbacks: LEASE_CALLBACKS,
  bidaSaveCallback: SAVE_CALLBACK,
  bidaRetryCallback: RETRY_CALLBACK,
  bidaExhaustBudget: EXHAUST_BUDGET,
  bidaReportCalls: REPORT_CALLS,
  bidaClaimToken: CLAIM_TOKEN,
  bidaStoreToken: STORE_TOKEN,
  bidaDropToken: DROP_TOKEN,
  bidaMirrorUnmapped: MIRROR_UNMAPPED,
} as const;

/**
 * Run with EVAL, for keys that are not those of one account: a cluster may keep `<base>none` on another node. So these
 * scripts see to a full memory by themselves.
 */
const EVALUATED_SCRIPTS = {
  put: PUT,
  putListed: PUT_LISTED,
  addAccounts: ADD_ACCOUNTS,
  serveAccounts: SERVE_ACCOUNTS,
  markDurable: MARK_DURABLE,
  lackingRights: LACKING_RIGHTS,
} as const;

/** Without `replyMapping`: replies keep the shapes of RESP2 (ioredis 6 would speak RESP3). */
type ConnectionOptions = Omit<RedisOptions, "replyMapping">;

type Script<Reply = unknown> = (base: string, ...args: (string | number | Buffer)[]) => Promise<Reply>;
export type ScriptedRedis = Redis & {
  readonly [Name in keyof typeof SCRIPTS]: Script<ReplyOf<(typeof SCRIPTS)[Name]>>;
} & {
  /** One JSON text for the replies of many items, which `ScriptBatch` reads. */
  readonly [Name in keyof typeof BATCHED_SCRIPTS]: Script;
};

/** One Redis, a master that sentinels watch, or a cluster. The URLs may hold user and password. */
export interface RedisAddress {
  readonly url: string;
  readonly sentinels?: readonly string[] | undefined;
  /** The sentinels' name for the master; default `mymaster`. */
  readonly name?: string;
  /** A PEM file with the CA of Redis' certificate, for `rediss://`. Default: the CAs that Node trusts. */
  readonly caFile?: string | undefined;
  readonly cluster?: readonly string[] | undefined;
}

/** `waiting`: a worker's connection for blocking calls (BullMQ's workers, `XREADGROUP BLOCK`). */
type ConnectionRole = "worker" | "waiting" | "producer";

/** How long a producer waits for Redis before its call fails. */
const PRODUCER_TIMEOUT_MS = 1_800;

/**
 * A connection that has not answered for this long is cut, and its commands are repeated on a new one. A
 * firewall, a load balancer or a failover can drop a connection without closing it: then nothing else would end
 * it. BullMQ waits up to 10 s for one answer.
 */
const SILENT_MS: Readonly<Record<ConnectionRole, number>> = {
  worker: 6_000,
  waiting: 15_000,
  producer: 4_000,
};

/**
 * A sentinel that accepts our connection and does not answer within this time is skipped, and the next one is
 * asked.
 */
const SILENT_SENTINEL_MS = 2_000;

/** Every script with the text that is sent to Redis, by the name of its command. */
export const scripts: ScriptDefinitions = {
  ...definitions(SCRIPTS, { prepare: ({ libraries, text }) => `${ALONE}${libraries}${text}` }),
  ...definitions(BATCHED_SCRIPTS, {
    prepare: ({ libraries, text }) => batched(text, libraries),
    always: ["lib/index"],
  }),
};

/** The text of each script that is run with EVAL. */
export const evaluated = Object.fromEntries(
  Object.entries(EVALUATED_SCRIPTS).map(([name, script]) => [
    name,
    `${preludeOf(script)}${luaOf(script.file)}`,
  ]),
) as Readonly<Record<keyof typeof EVALUATED_SCRIPTS, string>>;

/**
 * In a cluster each call names two keys that never exist. While their slot moves to another node, both nodes
 * then refuse the call (TRYAGAIN), because not all of its keys are there. With a single key Redis would run the
 * script on the node that the slot moves to: records that have not moved yet are missing there, and an
 * acknowledged delivery would be taken for gone.
 */
const scriptsOfCluster: ScriptDefinitions = Object.fromEntries(
  Object.entries(scripts).map(([command, { lua }]) => [command, { lua, numberOfKeys: 2 }]),
);

function namingTwoKeys(cluster: Cluster): Cluster {
  const calls = cluster as unknown as Record<string, Script>;
  for (const command of Object.keys(scripts)) {
    const call = calls[command];
    if (call === undefined) continue;
    // In a pipeline the same function is called a second time, with the arguments that were passed to it here.
    calls[command] = async function named(this: unknown, base, ...args) {
      return call.call(this, base, ...(this === cluster ? [`${base}none`] : []), ...args);
    };
  }
  return cluster;
}

type ScriptDefinitions = Readonly<Record<string, { readonly lua: string; readonly numberOfKeys: number }>>;

interface Source {
  /** The text of the files that it includes, each once, in the order of its includes. */
  readonly libraries: string;
  /** The script's own text. */
  readonly text: string;
}

function definitions(
  files: Readonly<Record<string, ScriptDeclaration>>,
  {
    prepare,
    always = [],
  }: { readonly prepare: (source: Source) => string; readonly always?: readonly string[] },
): ScriptDefinitions {
  return Object.fromEntries(
    Object.entries(files).map(([command, script]) => {
      const { libraries, text } = source(script.file, always);
      const prelude = preludeOf(script);
      const first = REFUSED_WHEN_FULL.has(command) || READS.has(command) ? "" : GOES_ON_WHEN_FULL;
      const lua = prepare({ libraries, text: `${prelude}${text}` });
      return [command, { lua: `${first}${lua}`, numberOfKeys: 1 }];
    }),
  );
}

/** A script's text. `-- include <name>` stands for the text of another one. */
function source(file: string, always: readonly string[]): Source {
  const included = new Set(always);
  const text = luaOf(file).replaceAll(/^-- include (\S+)\n/gm, (_line, name: string) => {
    included.add(name);
    return "";
  });
  return { libraries: [...included].map(luaOf).join(""), text };
}

function luaOf(name: string): string {
  return readFileSync(new URL(`scripts/${name}.lua`, import.meta.url), "utf8");
}

/** The options that every connection of this role shares; BullMQ's connections take them too. */
export function connectionOptions(role: ConnectionRole): ConnectionOptions {
  const waits: ConnectionOptions = { maxRetriesPerRequest: null };
  const failsFast: ConnectionOptions = { maxRetriesPerRequest: 1, commandTimeout: PRODUCER_TIMEOUT_MS };
  return {
    protocol: 2,
    connectTimeout: 2_000,
    socketTimeout: SILENT_MS[role],
    Connector: SteadyConnector,
    retryStrategy: (times) => Math.min(50 * times, 1_000),
    reconnectOnError: onceAReplica,
    ...(role === "producer" ? failsFast : waits),
  };
}

/**
 * After a managed failover behind a stable name we stay connected to a server that has become a replica; only a
 * new connection finds the master. The command was not executed, so it is sent again (2).
 */
function onceAReplica({ message }: Error): false | 2 {
  const isReplica = message.includes("READONLY You can't write against a read only replica");
  // MASTERDOWN: a replica without a master that is configured to answer nothing then.
  return isReplica || message.startsWith("MASTERDOWN") ? 2 : false;
}

const fatal = new WeakMap<object, Error>();

/** The error that makes this connection unusable for good; null while it may be used. */
export function fatalErrorOf(redis: ScriptedRedis): Error | null {
  return fatal.get(redis) ?? null;
}

/**
 * All commands of one turn of the event loop are sent together, once everything sent before is answered.
 * Batched scripts are not delayed like that: they leave at once, so that Redis works on one batch while the
 * next is prepared.
 */
const PIPELINES = {
  enableAutoPipelining: true,
  autoPipeliningIgnoredCommands: Object.keys(BATCHED_SCRIPTS),
};

/** Opens a connection with Bida's scripts. Errors are reported to `onError`, reconnecting goes on. */
export function connect(
  where: RedisAddress,
  { role, onError }: { readonly role: ConnectionRole; readonly onError: (error: Error) => void },
): ScriptedRedis {
  const redis = open(where, role);
  redis.on("error", (error: Error) => {
    // Without this, ioredis would go on with database 0, where nobody looks for what was acknowledged.
    if (/DB index is out of range/.test(error.message)) {
      fatal.set(redis, error);
      redis.disconnect();
    }
    onError(error);
  });
  // A cluster connection has the same commands.
  return redis as ScriptedRedis;
}

function open(where: RedisAddress, role: ConnectionRole): Redis | Cluster {
  const { url, sentinels, name = "mymaster", cluster, caFile } = where;
  const options = { ...connectionOptions(role), ...PIPELINES, scripts };
  if (cluster !== undefined) {
    const isAwaited = role === "producer";
    const opened = new (isAwaited ? ProducerCluster : Cluster)(cluster.map(portOf), {
      // In a pipeline, commands that wait for earlier ones would get their own time-out only after those.
      ...(isAwaited ? {} : PIPELINES),
      scripts: scriptsOfCluster,
      clusterRetryStrategy: (times) => Math.min(50 * times, 1_000),
      redisOptions: { ...connectionOptions(role), ...credentialsOf(cluster[0], caFile) },
    });
    return namingTwoKeys(opened);
  }
  if (sentinels !== undefined) {
    const { tls, ...credentials } = credentialsOf(sentinels[0], caFile);
    const encrypted = tls === undefined ? {} : { tls, sentinelTLS: tls, enableTLSForSentinelMode: true };
    const { db } = parseRedisUrl(sentinels[0] ?? url);
    return new Redis({
      ...options,
      Connector: SteadySentinelConnector,
      ...credentials,
      ...encrypted,
      db,
      sentinels: sentinels.map(portOf),
      sentinelCommandTimeout: SILENT_SENTINEL_MS,
      name,
    });
  }
  const { db } = parseRedisUrl(url);
  return new Redis({ ...options, ...portOf(url), ...credentialsOf(url, caFile), db });
}

function portOf(url: string): { host: string; port: number } {
  const { host, port } = parseRedisUrl(url);
  return { host, port };
}

/** User, password and encryption for all nodes, from the first URL. */
function credentialsOf(first: string | undefined, caFile: string | undefined): ConnectionOptions {
  if (first === undefined) return {};
  const { username, password, isTls } = parseRedisUrl(first);
  return {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(isTls ? { tls: caFile === undefined ? {} : { ca: readFileSync(caFile) } } : {}),
  };
}

/** The one Redis, or each master of a cluster. */
export function mastersOf(redis: ScriptedRedis): readonly Redis[] {
  const connection = redis as unknown as Redis | Cluster;
  return connection instanceof Cluster ? connection.nodes("master") : [redis];
}

/** Ends a connection; one that does not answer QUIT is cut. */
export async function hangUp(redis: ScriptedRedis): Promise<void> {
  // While a connection waits for its next attempt to connect, QUIT gets no answer, and disconnect() alone does
  // not end it.
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const impatience = setTimeout(resolve, 1_000);
  redis.quit().then(
    () => resolve(),
    () => resolve(),
  );
  await over;
  clearTimeout(impatience);
  redis.disconnect();
}
