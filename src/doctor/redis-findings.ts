/**
 * Whether Redis is fit for deliveries: version, role, eviction, persistence, memory, and lost writes.
 */
import type { Redis } from "ioredis";
import { mastersOf, type ScriptedRedis } from "../storage/connection.ts";
import { say } from "../language/say.ts";
import { isoMoment } from "../operations/moment.ts";
import type { NoticedLoss } from "../operations/workers.ts";
import { isTooOld } from "../app/redis-safety.ts";
import { broken, ok, warning, type Finding } from "./finding.ts";

const NEARLY_FULL = 0.9;
/** Before a send leaves, Redis is asked several times within `SEND_TIMES.departWithinMs`. */
const SLOW_MS = 300;
const TOO_SLOW_MS = 1_250;
const LOOKS = 3;

/** @param waitReplicas how many replicas sends without a key wait for */
export async function redisFindings(redis: ScriptedRedis, waitReplicas = 0): Promise<Finding[]> {
  // A cluster connection knows the masters only after a first answer. PING would be refused on a full disk.
  await redis.time();
  const masters = mastersOf(redis);
  const each = await Promise.all(
    masters.map(async (master) => {
      const [info, name] = [await infoOf(master), nameOf(master, masters.length)];
      return [
        ...findingsOf(info, name),
        ...answerFindings(await answerMsOf(master), name),
        ...replicaFindings(info, { about: name, wanted: waitReplicas }),
      ];
    }),
  );
  return each.flat();
}

/**
 * Whether there are as many replicas as `redis.waitReplicas` asks for. Without them, sends without an
 * idempotency key do not leave.
 */
function replicaFindings(
  info: Info,
  { about, wanted }: { readonly about: string; readonly wanted: number },
): Finding[] {
  const connected = Number(info("connected_slaves") ?? Number.NaN);
  if (wanted === 0 || Number.isNaN(connected)) return [];
  if (connected >= wanted)
    return [
      ok(about, say("has {connected} replicas; redis.waitReplicas asks for {wanted}", { connected, wanted })),
    ];
  return [
    broken({
      about,
      found: say(
        "has {connected} replicas, and redis.waitReplicas asks for {wanted}: new schedules are not sent",
        {
          connected,
          wanted,
        },
      ),
      mend: say("Bring its replicas back, or lower redis.waitReplicas."),
    }),
  ];
}

function nameOf({ options }: Redis, masters: number): string {
  return masters === 1 ? "Redis" : `Redis ${options.host ?? ""}:${options.port ?? ""}`;
}

/** A field of Redis' INFO. */
export type Info = (field: string) => string | undefined;

async function infoOf(redis: Redis): Promise<Info> {
  const text = await redis.info();
  return (field) => new RegExp(`^${field}:(.*?)\\r?$`, "m").exec(text)?.[1];
}

/** The shortest of some round trips, in milliseconds. */
async function answerMsOf(redis: Redis): Promise<number> {
  let shortest = Number.POSITIVE_INFINITY;
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const began = performance.now();
    await redis.time();
    shortest = Math.min(shortest, performance.now() - began);
  }
  return shortest;
}

/** @param answerMs the time that an answer takes from here */
export function answerFindings(answerMs: number, about: string): Finding[] {
  if (answerMs < SLOW_MS) return [];
  const ms = Math.round(answerMs);
  const mend = say("Run the workers near Redis, and look at the network and at SLOWLOG GET.");
  return answerMs < TOO_SLOW_MS
    ? [warning({ about, found: say("answers only after {ms} ms", { ms }), mend })]
    : [broken({ about, found: say("answers only after {ms} ms: sends hardly leave in time", { ms }), mend })];
}

/** The findings about one Redis. Fields that INFO does not have, as in some hosted services, count as good. */
export function findingsOf(info: Info, about: string): Finding[] {
  return [
    versionFinding(info, about),
    ...roleFindings(info, about),
    evictionFinding(info, about),
    ...diskFindings(info, about),
    ...memoryFindings(info, about),
  ];
}

function versionFinding(info: Info, about: string): Finding {
  const version = info("redis_version") ?? "unknown";
  if (!isTooOld(version)) return ok(about, say("answers; version {version}", { version }));
  return broken({
    about,
    found: say("is too old: version {version}", { version }),
    mend: say("Install Redis 6.2 or newer: older ones lack commands that Bida uses."),
  });
}

function roleFindings(info: Info, about: string): Finding[] {
  if (info("role") !== "slave") return [];
  return [
    broken({
      about,
      found: say("is a replica: it accepts no writes, so nothing is acknowledged or saved"),
      mend: say("Name the master, or a name that leads to it; after a failover, look where that name leads."),
    }),
  ];
}

function evictionFinding(info: Info, about: string): Finding {
  const policy = info("maxmemory_policy") ?? "noeviction";
  if (policy === "noeviction") return ok(about, say("evicts nothing"));
  return broken({
    about,
    found: say("may evict deliveries when memory runs out (maxmemory-policy {policy})", { policy }),
    mend: say("Set maxmemory-policy to noeviction, with CONFIG SET and in redis.conf."),
  });
}

function diskFindings(info: Info, about: string): Finding[] {
  if (info("aof_enabled") === "0")
    return [
      warning({
        about,
        found: say("runs without AOF: a crash may lose acknowledged deliveries"),
        mend: say("Set appendonly to yes, with CONFIG SET and in redis.conf."),
      }),
    ];
  if (info("aof_last_write_status") === "err")
    return [
      broken({
        about,
        found: say("cannot write its AOF"),
        mend: say("Make room on its disk, and look into Redis' log."),
      }),
    ];
  return info("aof_enabled") === "1" ? [ok(about, say("writes an AOF"))] : [];
}

function memoryFindings(info: Info, about: string): Finding[] {
  const most = Number(info("maxmemory") ?? 0);
  // Redis compares the rest with maxmemory: without the buffers of its replicas and of the AOF.
  const used = Number(info("used_memory") ?? 0) - Number(info("mem_not_counted_for_evict") ?? 0);
  if (most === 0 || used / most < NEARLY_FULL) return [];
  const percent = Math.round((used / most) * 100);
  if (used > most)
    return [
      broken({
        about,
        found: say("has used {percent} % of its memory: new orders are refused", { percent }),
        mend: say(
          "Raise maxmemory, with CONFIG SET and in redis.conf; docs/runbooks/redis.md has other ways.",
        ),
      }),
    ];
  return [
    warning({
      about,
      found: say("has used {percent} % of its memory", { percent }),
      mend: say("Raise maxmemory: when it is full, nothing more is acknowledged."),
    }),
  ];
}

/** Whether Redis has lost writes in the last seven days, as far as a running process has noticed. */
export function lossFindings(lost: NoticedLoss | null): Finding[] {
  if (lost === null) return [];
  const [to, at] = [isoMoment(lost.to), isoMoment(lost.noticedAt)];
  const found =
    lost.from === null
      ? say("lost its data: what was written until {to} is gone (noticed at {at})", { to, at })
      : say("came back with older data: what was written from {from} to {to} is lost (noticed at {at})", {
          from: isoMoment(lost.from),
          to,
          at,
        });
  const mend = say(
    "Let the producers write the orders of that time again, with the same keys, and look for schedules that are there twice: docs/runbooks/redis.md.",
  );
  return [warning({ about: "Redis", found, mend })];
}
