/**
 * Larger topologies of Redis, on loopback: a cluster of three masters, and a master with a replica under three
 * sentinels.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { aFreePort } from "../../src/dev/private-redis/free-port.ts";
import { startPrivateRedis, type PrivateRedis } from "../../src/dev/private-redis/private-redis.ts";
import { findRedisServer } from "../../src/dev/private-redis/redis-server.ts";
import { eventually } from "./eventually.ts";

const SLOTS = 16_384;

export interface Topology {
  readonly urls: readonly string[];
  readonly nodes: readonly PrivateRedis[];
  stop(): Promise<void>;
}

/** @param start starts a node; by default the private Redis */
export async function startCluster(start = startPrivateRedis): Promise<Topology> {
  const nodes = await Promise.all(
    [0, 1, 2].map(async () => start({ extraArgs: ["--cluster-enabled", "yes"] })),
  );
  const connections = nodes.map(({ url }) => new Redis(url));
  try {
    for (const [index, redis] of connections.entries()) {
      const [from, to] = [index, index + 1].map((edge) => Math.floor((edge * SLOTS) / nodes.length));
      await redis.call("CLUSTER", "ADDSLOTSRANGE", String(from), String((to ?? 0) - 1));
      await redis.call("CLUSTER", "MEET", "127.0.0.1", String(nodes[0]?.port));
    }
    for (const redis of connections) {
      await eventually(
        async () => String(await redis.call("CLUSTER", "INFO")),
        (info) => info.includes("cluster_state:ok") && info.includes("cluster_size:3"),
      );
    }
  } finally {
    for (const redis of connections) redis.disconnect();
  }
  return {
    urls: nodes.map(({ url }) => url),
    nodes,
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

export interface SlotMove {
  /** Moves the matching keys that have not been moved yet. */
  keys(which: (key: string) => boolean): Promise<void>;
  /** Moves the rest, and tells all nodes where the slot is now. */
  end(): Promise<void>;
}

/** Begins to move the slot of a hash tag to another node, as `redis-cli --cluster reshard` does. */
export async function beginMove({ nodes }: Topology, tag: string): Promise<SlotMove> {
  const each = await Promise.all(
    nodes.map(async ({ url, port }) => {
      const redis = new Redis(url);
      return { redis, port, id: String(await redis.call("CLUSTER", "MYID")) };
    }),
  );
  const slot = Number(await each[0]?.redis.call("CLUSTER", "KEYSLOT", tag));
  const owner = Math.floor((slot * nodes.length) / SLOTS);
  const [from, to] = [each[owner], each[(owner + 1) % nodes.length]];
  if (from === undefined || to === undefined) throw new Error("there are three nodes");
  await to.redis.call("CLUSTER", "SETSLOT", slot, "IMPORTING", from.id);
  await from.redis.call("CLUSTER", "SETSLOT", slot, "MIGRATING", to.id);
  const keys = async (which: (key: string) => boolean): Promise<void> => {
    const all = (await from.redis.call("CLUSTER", "GETKEYSINSLOT", slot, 10_000)) as string[];
    const wanted = all.filter(which);
    if (wanted.length > 0)
      await from.redis.call("MIGRATE", "127.0.0.1", to.port, "", 0, 5_000, "KEYS", ...wanted);
  };
  return {
    keys,
    end: async () => {
      await keys(() => true);
      for (const { redis } of [to, from, ...each.filter((node) => node !== to && node !== from)])
        await redis.call("CLUSTER", "SETSLOT", slot, "NODE", to.id);
      for (const { redis } of each) redis.disconnect();
    },
  };
}

export const MASTER_NAME = "bida-master";

/** The nodes are the master and its replica; the URLs are the sentinels'. */
export async function startSentinels(): Promise<Topology> {
  const master = await startPrivateRedis({ extraArgs: ["--repl-diskless-sync-delay", "0"] });
  const replica = await startPrivateRedis({ extraArgs: ["--replicaof", "127.0.0.1", String(master.port)] });
  const sentinels = await Promise.all([0, 1, 2].map(async () => startSentinel(master.port)));
  const redis = new Redis(sentinels[0]?.url ?? "");
  await eventually(
    async () => String(await redis.call("SENTINEL", "MASTER", MASTER_NAME)),
    (state) => /num-slaves,1/.test(state) && /num-other-sentinels,2/.test(state),
  );
  redis.disconnect();
  await replicated(master, 1);
  return {
    urls: sentinels.map(({ url }) => url),
    nodes: [master, replica],
    stop: async () => {
      await Promise.all(sentinels.map(({ stop }) => stop()));
      await Promise.all([replica.stop(), master.stop()]);
    },
  };
}

/** Resolves when this many replicas have all writes that the master had at the time of the call. */
export async function replicated({ url }: PrivateRedis, replicas: number): Promise<void> {
  const redis = new Redis(url);
  await eventually(
    () => redis.wait(replicas, 1_000),
    (count) => count >= replicas,
  );
  redis.disconnect();
}

async function startSentinel(masterPort: number): Promise<{ url: string; stop: () => Promise<void> }> {
  const source = await findRedisServer();
  if (source.kind !== "binary") throw new Error("sentinels need a redis-server on the PATH");
  const directory = mkdtempSync(join(tmpdir(), "bida-sentinel-"));
  const port = await aFreePort();
  const file = join(directory, "sentinel.conf");
  const lines = [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${directory}`,
    `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${masterPort} 2`,
    `sentinel down-after-milliseconds ${MASTER_NAME} 500`,
    `sentinel failover-timeout ${MASTER_NAME} 3000`,
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  const child = spawn(source.path, [file, "--sentinel"], { stdio: "ignore" });
  const exited = once(child, "exit");
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
