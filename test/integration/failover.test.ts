/**
 * A managed failover: the name stays, the replica behind it becomes the master, and the connections that
 * are open lead to what is a replica now. It answers reads, and refuses every write.
 */
import { Redis } from "ioredis";
import { request } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startApi, type Api } from "../../src/app/api.ts";
import { parseConfig } from "../../src/config/config.ts";
import { findingsOf } from "../../src/doctor/redis-findings.ts";
import { connect } from "../../src/storage/connection.ts";
import { inTime } from "../../src/waiting/waiting.ts";
import { startPrivateRedis, type PrivateRedis } from "../../src/dev/private-redis/private-redis.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { startStableName, type StableName } from "../support/stable-name.ts";
import { replicated } from "../support/topologies.ts";
import { startSystem, type System } from "../support/system.ts";

let master: PrivateRedis;
let replica: PrivateRedis;
let name: StableName;
let system: System;
let api: Api | null = null;

beforeEach(async () => {
  master = await startPrivateRedis({ extraArgs: ["--repl-diskless-sync-delay", "0"] });
  replica = await startPrivateRedis({ extraArgs: ["--replicaof", "127.0.0.1", String(master.port)] });
  await replicated(master, 1);
  name = await startStableName(master.port);
  system = await startSystem({
    redisUrl: `redis://127.0.0.1:${name.port}`,
    account: "todo: { mode: sync }",
    withoutWorker: true,
  });
});

afterEach(async () => {
  await api?.stop();
  api = null;
  await system.close();
  await name.close();
  await replica.stop();
  await master.stop();
});

async function ask(server: PrivateRedis, ...command: readonly [string, ...string[]]): Promise<void> {
  const redis = new Redis(server.url);
  await redis.call(...command);
  redis.disconnect();
}

async function failOver(): Promise<void> {
  await replicated(master, 1);
  await ask(replica, "REPLICAOF", "NO", "ONE");
  await ask(master, "REPLICAOF", "127.0.0.1", String(replica.port));
}

async function startOurApi(): Promise<Api> {
  const key = { name: "ops", role: "operator", sha256: "a".repeat(64) };
  const yaml = `${system.yaml}\napi: { port: 0, keys: [${JSON.stringify(key)}] }\n`;
  return startApi({ config: parseConfig(yaml, { path: "test.yaml", env: {} }), emit: () => undefined });
}

async function readyz(url: string): Promise<{ status: number; reasons: readonly string[] }> {
  const { statusCode, body } = await request(`${url}/readyz`);
  const { reasons } = (await body.json()) as { reasons: string[] };
  return { status: statusCode, reasons };
}

describe("a managed failover behind a name that stays", () => {
  it("is followed by producers and workers; until then none of them is ready", async () => {
    const worker = await system.startWorker();
    api = await startOurApi();
    await system.ended(await system.enqueue(aTodo()));
    expect(worker.readiness()).toEqual({ ready: true, reasons: [] });
    expect(await readyz(api.url)).toMatchObject({ status: 200 });

    await failOver();
    const { url } = api;
    const apiAfter = await eventually(
      () => readyz(url),
      ({ status }) => status === 503,
    );
    await eventually(
      () => worker.readiness().reasons.join(),
      (reasons) => /Redis (has taken no write|refuses writes)/.test(reasons),
    );
    expect(apiAfter.reasons).not.toEqual([]);
    expect((await system.producer.enqueue(aTodo())).kind).toBe("unavailable");

    name.leadTo(replica.port);
    const result = await eventually(
      () => system.producer.enqueue({ ...aTodo(), key: "after" }),
      ({ kind }) => kind === "created" || kind === "existing",
    );
    const id = "id" in result ? result.id : "";
    const { state } = await system.ended(id, 60_000);
    expect(state.status).toBe("confirmed");
    await eventually(
      () => worker.readiness(),
      ({ ready }) => ready,
    );
    await eventually(
      () => readyz(url),
      ({ status }) => status === 200,
    );
  }, 120_000);

  it("is reported by doctor where the name leads to a replica", async () => {
    const redis = new Redis(replica.url);
    const info = await redis.info();
    redis.disconnect();

    const findings = findingsOf((field) => new RegExp(`^${field}:(.*?)\\r?$`, "m").exec(info)?.[1], "Redis");

    expect(findings.filter(({ verdict }) => verdict === "broken")).toMatchObject([
      { found: expect.stringContaining("is a replica") as string },
    ]);
  });
});

describe("a Redis that refuses every write", () => {
  it.each([
    ["for memory", ["maxmemory", "1"], ["maxmemory", "0"], /memory is full/],
    [
      "for want of replicas",
      ["min-replicas-to-write", "5"],
      ["min-replicas-to-write", "0"],
      /too few replicas/,
    ],
  ])(
    "%s makes neither worker nor API ready until it accepts writes again",
    async (_why, set, back, words) => {
      const worker = await system.startWorker();
      api = await startOurApi();
      const { url } = api;

      await ask(master, "CONFIG", "SET", ...set);

      const { reasons } = await eventually(
        () => worker.readiness(),
        ({ ready }) => !ready,
      );
      expect(reasons.join()).toMatch(words);
      expect(await readyz(url)).toMatchObject({ status: 503, reasons: [expect.stringMatching(words)] });
      await ask(master, "CONFIG", "SET", ...back);
      await eventually(
        () => worker.readiness(),
        ({ ready }) => ready,
      );
      expect(await readyz(url)).toMatchObject({ status: 200 });
    },
    60_000,
  );
});

it("a replica that answers nothing while it has no master is left for whoever the name leads to", async () => {
  await ask(master, "CONFIG", "SET", "replica-serve-stale-data", "no");
  const redis = connect(system.config.redis, { role: "worker", onError: () => undefined });
  try {
    expect(await redis.set("{a}where", "before")).toBe("OK");
    await replicated(master, 1);

    await ask(replica, "REPLICAOF", "NO", "ONE");
    await ask(master, "REPLICAOF", "127.0.0.1", "9");
    name.leadTo(replica.port);

    // A read, and a script, is not told that this is a replica.
    expect(await inTime(redis.get("{a}where").catch(String), { ms: 10_000, late: "it waits" })).toBe(
      "before",
    );
  } finally {
    redis.disconnect();
  }
});
