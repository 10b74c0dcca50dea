/**
 * A Redis Cluster of three masters: each account lives in one slot, accounts spread over the nodes.
 */
import { once } from "node:events";
import { Redis, type Cluster } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { inTime } from "../../src/waiting/waiting.ts";
import { connect, connectionOptions } from "../../src/storage/connection.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { startSilentServer } from "../support/silent-server.ts";
import { beginMove, startCluster, type Topology } from "../support/topologies.ts";

import { startSystem } from "../support/system.ts";
import { acknowledgedSuite } from "./suites/acknowledged.ts";
import { keysOf } from "../support/keys-of.ts";

let cluster: Topology;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(async () => cluster.stop());

const inCluster = (): { redis: string } => ({ redis: `cluster: ${JSON.stringify(cluster.urls)}` });

describe("in a cluster", () => {
  acknowledgedSuite(inCluster);

  it("a startup node that accepts a connection and is silent is skipped", async () => {
    const silent = await startSilentServer();
    // In the order of the list: which one is asked first is chance otherwise.
    const order = vi.spyOn(Math, "random").mockReturnValue(0.999);
    const urls = [silent.url, ...cluster.urls];
    const redis = connect({ url: silent.url, cluster: urls }, { role: "worker", onError: () => undefined });
    try {
      expect(await redis.get("{a}")).toBeNull();
      expect(silent.connections()).toBeGreaterThan(0);
    } finally {
      order.mockRestore();
      redis.disconnect();
      await silent.stop();
    }
  });

  it("deliveries are sent, proven and kept in one slot", async () => {
    const system = await startSystem(inCluster());
    try {
      const ids = await Promise.all([1, 2, 3].map(() => system.enqueue(aTodo())));
      const ended = await Promise.all(ids.map((id) => system.ended(id)));

      expect(ended.map(({ state }) => state.status)).toEqual(["confirmed", "confirmed", "confirmed"]);
      expect(await nodesWith(`${keysOf(system).base}*`)).toBe(1);
    } finally {
      await system.close();
    }
  });

  it("nothing is lost, taken twice or forgotten while the slot of an account moves to another node", async () => {
    const system = await startSystem({ ...inCluster(), withoutWorker: true });
    const order = { ...aTodo(), key: "while-it-moves" };
    const ids = [await system.enqueue(order), await system.enqueue(aTodo())];
    const move = await beginMove(cluster, "{yzj}");
    try {
      // The lists first: where they are now, no record is.
      await move.keys((key) => !key.includes(":d:") && !key.includes(":key:"));

      expect((await system.producer.enqueue(order)).kind).toBe("unavailable");
      await system.startWorker();
      await eventually(
        async () => system.events.filter(({ event }) => event === "redis.failed").length,
        (failed) => failed > 2,
      );
    } finally {
      await move.end();
    }
    expect(await system.producer.enqueue(order)).toMatchObject({ kind: "existing", id: ids[0] });
    const ended = await Promise.all(ids.map((id) => system.ended(id)));
    expect(ended.map(({ state }) => [state.status, state.sends])).toEqual([
      ["confirmed", 1],
      ["confirmed", 1],
    ]);
    await system.close();
  });

  it("a producer's command that timed out while the cluster was away is not carried out at its return", async () => {
    const [url = ""] = cluster.urls;
    const redis = connect({ url, cluster: cluster.urls }, { role: "producer", onError: () => undefined });
    try {
      expect(await redis.incr("tries")).toBe(1);

      for (const { pid } of cluster.nodes) process.kill(pid ?? 0, "SIGSTOP");
      const closed = once(redis, "close");
      (redis as unknown as Cluster).nodes().forEach((node) => node.disconnect());
      await closed;
      const closedAt = performance.now();
      const answers = [1, 2, 3].map(() => redis.incr("tries"));
      const waiting = Promise.allSettled([...answers, redis.pipeline().incr("tries").exec()]);
      expect(await inTime(waiting, { ms: 10_000, late: "they wait for ever" })).toMatchObject([
        { status: "rejected" },
        { status: "rejected" },
        { status: "rejected" },
        { status: "fulfilled", value: [[{ message: "Command timed out" }]] },
      ]);
      // A timer may fire a moment before its time.
      await eventually(
        () => performance.now() - closedAt,
        (awayMs) => awayMs > (connectionOptions("producer").commandTimeout ?? 0),
      );
      // One that has been away for so long is not waited for: nothing gathers meanwhile.
      expect(await inTime(redis.incr("tries").catch(String), { ms: 1_000, late: "it waits" })).toBe(
        "Error: Command timed out",
      );
    } finally {
      for (const { pid } of cluster.nodes) process.kill(pid ?? 0, "SIGCONT");
    }
    const found = await eventually(
      () => redis.get("tries").catch(() => null),
      (value) => value !== null,
      20_000,
    );
    expect(found).toBe("1");
    redis.disconnect();
  });

  it("the mark of sleeping workers and the queue that wakes them are on the account's node: an accept removes the mark and wakes a worker", async () => {
    const system = await startSystem(inCluster());
    const { base, asleep } = keysOf(system);
    try {
      const isAsleep = async (): Promise<boolean> => (await nodesWith(asleep)) === 1;
      await eventually(isAsleep, (is) => is);

      const state = (await system.ended(await system.enqueue(aTodo()))).state;

      expect(state.status).toBe("confirmed");
      // BullMQ counts there what was added: somebody has rung.
      expect(await nodesWith(`${base}bull:send:id`)).toBe(1);
      expect(await nodesWith(`${base}bull:send:*`)).toBe(1);
      expect(await nodesWith(`${base}*`)).toBe(1);
      await eventually(isAsleep, (asleep) => asleep);
    } finally {
      await system.close();
    }
  });
});

async function nodesWith(pattern: string): Promise<number> {
  const counts = await Promise.all(
    cluster.nodes.map(async ({ url }) => {
      const redis = new Redis(url);
      const keys = await redis.keys(pattern);
      redis.disconnect();
      return keys.length;
    }),
  );
  return counts.filter((count) => count > 0).length;
}
