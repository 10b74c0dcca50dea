/**
 * Waits until earlier writes are on disk (WAITAOF) or on replicas (WAIT).
 *
 * WAIT and WAITAOF cover the writes of the asking connection only. So each wait is preceded by a write of its
 * own, on a connection of its own, made after the record was acknowledged: when that write is safe, so is
 * everything that Redis did before it. The connection never reconnects and never repeats a command: on a new
 * connection Redis would answer at once, because that one has written nothing. The record is read on the same
 * connection before the write, because a failover may have lost it.
 *
 * Callers that ask while a wait is under way share the next one.
 */
import { inTime } from "../waiting/waiting.ts";
import { Cluster, type Redis } from "ioredis";
import { DURABLE_WITHIN_MS, type Durability, type Waited } from "../operations/durability.ts";
import { evaluated, type ScriptedRedis } from "./connection.ts";
import { AccountKeys } from "./keys.ts";
import { argsOf, MARK_DURABLE } from "./scripts.ts";

interface DurableWritesOptions {
  /** The prefix of Bida's keys. */
  readonly prefix: string;
  /** How many replicas `replica` means; default 1. */
  readonly waitReplicas?: number | undefined;
  readonly withinMs?: number | undefined;
}

/** Deliveries that share one wait. */
interface Group {
  readonly account: string;
  readonly keys: string[];
  readonly waited: Promise<readonly Waited[]>;
}

type Answers = readonly (readonly [Error | null, unknown])[];

/** How long it is remembered whether Redis knows the command: another server may take over the name. */
const KNOWN_FOR_MS = 30_000;
/** Redis answers when its own time-out is over; this is added for the answer's way back. */
const ANSWER_MORE_MS = 1_000;
const MARK_LASTS_MS = 60_000;

export class DurableWrites {
  readonly #redis: Redis | Cluster;
  readonly #prefix: string;
  readonly #replicas: number;
  readonly #withinMs: number;
  readonly #connections = new Map<Durability, Redis | Cluster>();
  readonly #next = new Map<string, Group>();
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #knownUntil = new Map<string, number>();

  /**
   * @param redis a connection to the Redis that has the records; it is not used itself, but connections like it
   * are opened
   */
  constructor(
    redis: ScriptedRedis,
    { prefix, waitReplicas = 1, withinMs = DURABLE_WITHIN_MS }: DurableWritesOptions,
  ) {
    // A cluster answers to the same commands.
    this.#redis = redis as Redis | Cluster;
    this.#prefix = prefix;
    this.#replicas = Math.max(1, waitReplicas);
    this.#withinMs = withinMs;
  }

  /** Why this Redis does not support that durability; null if it does. Rejects when Redis is away. */
  async refusal(durability: Durability, account: string): Promise<string | null> {
    const name = this.#nameOf(durability, account);
    if ((this.#knownUntil.get(name) ?? 0) > performance.now()) return null;
    const connection = this.#connection(durability);
    const pipeline = connection.pipeline().exists(this.#mark(account));
    if (durability === "aof") pipeline.call("WAITAOF", ["1", "0", "1"]);
    else pipeline.call("WAIT", ["0", "1"]);
    const answers = await this.#inTime(connection, pipeline.exec());
    const error = answers.find(([failed]) => failed !== null)?.[0] ?? null;
    if (error === null) {
      this.#knownUntil.set(name, performance.now() + KNOWN_FOR_MS);
      return null;
    }
    const refusal = REFUSALS.find(([pattern]) => pattern.test(error.message))?.[1];
    if (refusal === undefined) throw error;
    return refusal(durability);
  }

  /**
   * Waits until everything that was written about this delivery before the call is safe; false if that is not
   * reached in time.
   */
  async reached(
    durability: Durability,
    { account, id }: { readonly account: string; readonly id: string },
  ): Promise<Waited> {
    const group = this.#next.get(this.#nameOf(durability, account)) ?? this.#open(durability, account);
    const place = group.keys.push(new AccountKeys(this.#prefix, account).delivery(id)) - 1;
    return (await group.waited)[place] ?? "late";
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.disconnect();
    this.#connections.clear();
  }

  /** In a cluster each account may be on another master. */
  #nameOf(durability: Durability, account: string): string {
    return this.#redis instanceof Cluster ? `${durability} ${account}` : durability;
  }

  #open(durability: Durability, account: string): Group {
    const name = this.#nameOf(durability, account);
    const keys: string[] = [];
    // Callers that ask meanwhile join the group; it is closed when the group before it has its answer.
    const before = this.#running.get(name) ?? Promise.resolve();
    const waited = before.then(async () => {
      this.#next.delete(name);
      return this.#wait(durability, { account, keys });
    });
    const group: Group = { account, keys, waited };
    this.#next.set(name, group);
    const done = waited.catch(() => undefined);
    this.#running.set(name, done);
    return group;
  }

  async #wait(
    durability: Durability,
    { account, keys }: { readonly account: string; readonly keys: readonly string[] },
  ): Promise<readonly Waited[]> {
    const connection = this.#connection(durability);
    const pipeline = connection.pipeline();
    for (const key of keys) pipeline.exists(key);
    const mark = argsOf(MARK_DURABLE, { named: { durability, lastsMs: MARK_LASTS_MS } });
    pipeline.eval(evaluated.markDurable, 1, this.#mark(account), ...mark);
    if (durability === "aof") pipeline.call("WAITAOF", ["1", "0", String(this.#withinMs)]);
    else pipeline.call("WAIT", [String(this.#replicas), String(this.#withinMs)]);
    // Any failure counts as not reached: nothing has confirmed that the write is safe.
    const answers = await this.#inTime(connection, pipeline.exec()).catch((): Answers => []);
    const [failed, safe] = answers.at(-1) ?? [];
    const isWritten = answers.at(-2)?.[1] === "OK" && failed === null;
    const isSafe = isWritten && isReached(safe, durability === "aof" ? 1 : this.#replicas);
    return keys.map((_, at) => {
      const [error, exists] = answers[at] ?? [];
      if (error === null && exists === 0) return "gone";
      return isSafe && error === null ? "reached" : "late";
    });
  }

  /** The key of the write, in the slot of the account's records. */
  #mark(account: string): string {
    return new AccountKeys(this.#prefix, account).durable;
  }

  /** A connection that has ended is not reopened, but replaced: its commands must not be repeated. */
  #connection(durability: Durability): Redis | Cluster {
    const open = this.#connections.get(durability);
    if (open !== undefined && open.status !== "end" && open.status !== "close") return open;
    const fresh = onceOpened(this.#redis);
    fresh.on("error", () => undefined);
    this.#connections.set(durability, fresh);
    return fresh;
  }

  /** A connection with a failure is not used again: another server may have taken over the name. */
  async #inTime(connection: Redis | Cluster, work: Promise<Answers | null>): Promise<Answers> {
    try {
      const answered = await inTime(work, { ms: this.#withinMs + ANSWER_MORE_MS, late: undefined });
      if (answered === undefined) throw new Error("Command timed out");
      const answers = answered ?? [];
      if (answers.some(([failed]) => failed !== null)) connection.disconnect();
      return answers;
    } catch (error) {
      connection.disconnect();
      throw error;
    }
  }
}

/** WAIT answers a number of replicas; WAITAOF answers a pair: local disk, replicas. */
function isReached(answer: unknown, least: number): boolean {
  const count: unknown = Array.isArray(answer) ? answer[0] : answer;
  return typeof count === "number" && count >= least;
}

/** No time-out of the connection: WAIT is answered late on purpose, and each call has its own time limit. */
const UNTIMED = { commandTimeout: undefined, socketTimeout: undefined } as const;

/** A connection like that one, but it ends at its first failure and sends each command at once. */
function onceOpened(redis: Redis | Cluster): Redis | Cluster {
  const once = { retryStrategy: null, reconnectOnError: null } as const;
  if (!(redis instanceof Cluster))
    return redis.duplicate({ ...once, ...UNTIMED, enableAutoPipelining: false });
  // ioredis does not reconnect a cluster's nodes by itself.
  const { replyMapping: _resp2, ...options } = redis.options.redisOptions ?? {};
  return redis.duplicate([], {
    enableAutoPipelining: false,
    clusterRetryStrategy: () => null,
    redisOptions: { ...options, ...UNTIMED, reconnectOnError: null },
  });
}

const REFUSALS: readonly (readonly [RegExp, (durability: Durability) => string])[] = [
  [
    /unknown command/i,
    (durability) =>
      durability === "aof"
        ? "expected replica, or none: this Redis has no WAITAOF; Redis 7.2 and Valkey have"
        : "expected none: this Redis has no WAIT",
  ],
  [/appendonly is disabled/i, () => "expected replica, or none: this Redis runs without AOF (appendonly no)"],
  [
    /NOPERM/,
    (durability) =>
      `expected none: Redis' user may not wait; it needs +${durability === "aof" ? "waitaof" : "wait"} ` +
      "(or +@blocking)",
  ],
];
