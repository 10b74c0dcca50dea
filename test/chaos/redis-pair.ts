/**
 * Redis like a managed service: a master and a replica behind a fixed address. The replica can be promoted, in
 * order or after the master's death, and the deliveries that this Redis itself lost are known by id.
 *
 * Replication is asynchronous: writes that the master acknowledged and the replica never got are gone when the
 * replica takes over, whatever Bida does. `lost` of a promotion lists the deliveries of which the new master
 * lacks the latest version, or the whole record, of the old one.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { startPrivateRedis, type PrivateRedis } from "../../src/dev/private-redis/private-redis.ts";
import type { Promotion } from "./plan.ts";
import { Relay } from "./relay.ts";

export interface LostByRedis {
  readonly id: string;
  /** The idempotency key of its order. */
  readonly key: string;
  /** True if nothing of it is left; false if it fell back to an earlier version. */
  readonly whole: boolean;
}

export interface Promoted {
  /** When the old master accepted its last write, in milliseconds. */
  readonly at: number;
  readonly how: Promotion;
  readonly lost: readonly LostByRedis[];
}

const IN_STEP_WITHIN_MS = 10_000;
const FAILOVER_WITHIN_MS = 3_000;
const POLL_MS = 10;

export class RedisPair {
  /**
   * The address that all clients connect to. When it leads elsewhere, open connections keep their target until
   * they end.
   */
  readonly address: Relay;
  /** For observers: each of its connections leads to the master. */
  readonly eyes: Relay;
  readonly promotions: Promoted[] = [];
  readonly #prefix: string;
  #master: PrivateRedis;
  #replica: PrivateRedis;

  private constructor(prefix: string, master: PrivateRedis, replica: PrivateRedis) {
    this.#prefix = prefix;
    [this.#master, this.#replica] = [master, replica];
    this.address = new Relay({ host: "127.0.0.1", port: master.port });
    this.eyes = new Relay({ host: "127.0.0.1", port: master.port });
  }

  static async start(prefix: string): Promise<RedisPair> {
    const options = { appendfsync: "always", extraArgs: ["--repl-diskless-sync-delay", "0"] } as const;
    const master = await startPrivateRedis(options);
    const replica = await startPrivateRedis(options).catch(async (error: unknown) => {
      await master.stop();
      throw error;
    });
    const pair = new RedisPair(prefix, master, replica);
    await pair.#follow(replica, master);
    await Promise.all([pair.address.open(), pair.eyes.open(), pair.#inStep()]);
    return pair;
  }

  async stop(): Promise<void> {
    await Promise.all([this.address.close(), this.eyes.close()]);
    await Promise.all([this.#master.stop(), this.#replica.stop()]);
  }

  /** Kills the master with SIGKILL, without a promotion. */
  async kill(): Promise<void> {
    await this.#master.kill();
  }

  async restart(): Promise<void> {
    await this.#master.restart();
  }

  /** Promotes the replica. The address leads to it after this many milliseconds. */
  async promote(how: Promotion, ledAfterMs: number): Promise<Promoted> {
    await this.#inStep();
    const promoted = how === "in order" ? await this.#handOver(ledAfterMs) : await this.#takeOver(ledAfterMs);
    this.promotions.push(promoted);
    return promoted;
  }

  /** With FAILOVER: writes pause until the replica has them all; then the old master refuses writes. */
  async #handOver(ledAfterMs: number): Promise<Promoted> {
    const [old, next] = [this.#master, this.#replica];
    const options = ["TO", "127.0.0.1", String(next.port), "TIMEOUT", String(FAILOVER_WITHIN_MS)];
    await ask(old, (redis) => redis.call("FAILOVER", ...options));
    await until(next, async (redis) => (await roleOf(redis)) === "master");
    await until(old, async (redis) => (await roleOf(redis)) === "slave");
    const at = Date.now();
    await sleep(ledAfterMs);
    await this.#leadTo(next, old);
    return { at, how: "in order", lost: [] };
  }

  /** The replica stops replicating; its master accepts writes for a moment longer and is killed with SIGKILL. */
  async #takeOver(ledAfterMs: number): Promise<Promoted> {
    const [old, next] = [this.#master, this.#replica];
    await ask(next, (redis) => redis.call("REPLICAOF", "NO", "ONE"));
    await sleep(SPLIT_MS);
    await old.kill();
    const at = Date.now();
    const after = await this.#versions(next);
    await sleep(ledAfterMs);
    await this.#leadTo(next, old);
    // Its AOF has every write that it acknowledged, and the address no longer leads to it.
    await old.restart();
    const before = await this.#versions(old);
    await this.#follow(old, next);
    return { at, how: "by death", lost: lostBetween(before, after) };
  }

  async #leadTo(master: PrivateRedis, replica: PrivateRedis): Promise<void> {
    [this.#master, this.#replica] = [master, replica];
    this.address.leadTo(master.port);
    this.eyes.leadTo(master.port);
    await this.eyes.begin("reset");
    await this.eyes.end();
  }

  async #follow(replica: PrivateRedis, master: PrivateRedis): Promise<void> {
    await ask(replica, (redis) => redis.call("REPLICAOF", "127.0.0.1", String(master.port)));
  }

  async #versions(server: PrivateRedis): Promise<Versions> {
    const rows = await ask(server, (redis) => redis.eval(VERSIONS, 1, `${this.#prefix}:`));
    return new Map((rows as [string, string, string][]).map(([id, ...rest]) => [id, rest]));
  }

  async #inStep(): Promise<void> {
    await until(this.#replica, async (redis) => {
      const [, , , state] = (await redis.call("ROLE")) as unknown[];
      return state === "connected";
    });
  }
}

/** How long a master without its replica keeps acknowledging writes, as one does until it is fenced off. */
const SPLIT_MS = 150;

/** Version and request (as JSON) of each delivery, by id. */
type Versions = ReadonlyMap<string, readonly [version: string, request: string]>;

const VERSIONS = `
local found = {}
for _, key in ipairs(redis.call("KEYS", KEYS[1] .. "{*}:d:*")) do
  local fields = redis.call("HMGET", key, "version", "request")
  found[#found + 1] = { string.match(key, ":d:(.*)$"), fields[1] or "", fields[2] or "{}" }
end
return found
`;

function lostBetween(before: Versions, after: Versions): LostByRedis[] {
  return [...before].flatMap(([id, [version, request]]): LostByRedis[] => {
    const left = after.get(id);
    if (left?.[0] === version) return [];
    const { key } = JSON.parse(request) as { readonly key: string | null };
    return [{ id, key: key ?? "", whole: left === undefined }];
  });
}

async function ask<T>(server: PrivateRedis, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(server.url, { protocol: 2, maxRetriesPerRequest: 1 });
  redis.on("error", () => undefined);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

async function roleOf(redis: Redis): Promise<unknown> {
  const [role] = (await redis.call("ROLE")) as unknown[];
  return role;
}

async function until(server: PrivateRedis, isSo: (redis: Redis) => Promise<boolean>): Promise<void> {
  const latest = performance.now() + IN_STEP_WITHIN_MS;
  while (!(await ask(server, isSo))) {
    if (performance.now() > latest) throw new Error(`the Redis at ${server.url} did not get in step`);
    await sleep(POLL_MS);
  }
}
