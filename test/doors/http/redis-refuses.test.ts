/**
 * A Redis that answers and refuses, or holds something else in Bida's keys: every door says what it is.
 */
import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { diagnoseWith } from "../../../src/doctor/doctor.ts";
import { startPrivateRedis, type PrivateRedis } from "../../../src/dev/private-redis/private-redis.ts";
import { aTodo } from "../../support/builders.ts";
import { eventually } from "../../support/eventually.ts";
import { keysOf } from "../../support/keys-of.ts";
import { bidaAt, endOf, startBida } from "../cli/bida-process.ts";
import { KEYS, startApiSystem, type ApiSystem } from "./api-system.ts";

let server: PrivateRedis;
let redis: Redis;
let system: ApiSystem;
beforeAll(async () => {
  server = await startPrivateRedis();
  redis = new Redis(server.url);
  system = await startApiSystem({ withoutWorker: true, redisUrl: server.url });
});
afterAll(async () => {
  await system.close();
  redis.disconnect();
  await server.stop();
});
beforeEach(async () => {
  await redis.config("SET", "min-replicas-to-write", "0");
});

const order = { account: "yzj", operation: "todo.create", payload: aTodo().payload };
const refuseWrites = async (): Promise<unknown> => redis.config("SET", "min-replicas-to-write", "5");
const WHY = "Redis refuses writes: too few replicas follow it (min-replicas-to-write)";

it("a refused write is a problem with its cause, for one delivery and for a batch, in both languages", async () => {
  await refuseWrites();

  const one = await system.call("/v1/deliveries", { body: order });
  const batch = await system.call("/v1/deliveries/batch", { body: { items: [{ ...order, key: "k" }] } });
  const act = await system.call("/v1/accounts/yzj/pause", { key: "ops", method: "POST" });
  const chinese = await system.call("/v1/deliveries", { body: order, headers: { "accept-language": "zh" } });

  for (const { status, json } of [one, batch, act])
    expect({ status, json }).toMatchObject({ status: 503, json: { code: "unavailable", title: WHY } });
  expect(chinese.json).toMatchObject({
    code: "unavailable",
    title: "Redis 拒绝写入：跟随它的副本太少（min-replicas-to-write）",
  });
});

it("a full disk is named too", async () => {
  // A snapshot cannot take the place of a directory.
  const inTheWay = join(server.directory, "dump.rdb");
  mkdirSync(inTheWay);
  await redis.config("SET", "save", "3600 1000000");
  await redis.bgsave();
  await eventually(
    () => redis.info("persistence"),
    (info) => info.includes("rdb_last_bgsave_status:err"),
  );

  const { status, json } = await system.call("/v1/deliveries", { body: order });
  rmdirSync(inTheWay);
  await redis.config("SET", "save", "");

  expect({ status, json }).toMatchObject({
    status: 503,
    json: { code: "unavailable", title: "Redis refuses writes: it cannot write to its disk" },
  });
});

it("bida send says what it waits for, and is done when Redis takes writes again", async () => {
  await refuseWrites();
  const bida = startBida(
    [
      "send",
      "--account",
      "yzj",
      "--operation",
      "todo.create",
      "--key",
      "patient",
      "--payload",
      JSON.stringify(order.payload),
    ],
    { BIDA_URL: system.api.url, BIDA_KEY: KEYS.oa, BIDA_LANG: "en" },
  );
  let said = "";
  bida.stderr.on("data", (bytes: Buffer) => void (said += bytes.toString()));
  await eventually(
    () => said,
    (text) => text.endsWith("\n"),
  );
  await redis.config("SET", "min-replicas-to-write", "0");

  const { status } = await endOf(bida);

  expect(status).toBe(0);
  expect(said.split("\n")[0]).toBe(`Trying again: ${WHY}`);
  expect(said.match(/Trying again/g)).toHaveLength(1);
});

it("with --json nothing is said but the end", async () => {
  await refuseWrites();

  const { status, stderr } = await bidaAt(system)(["accounts", "pause", "yzj", "--json"]);

  expect(status).toBe(1);
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: "unavailable", title: WHY } });
});

const OF_HEALTH = [
  "status:queued",
  "status:dead",
  "reason:rejected",
  "callback:due",
  "callback:dead",
  "breaker",
  "send:leases",
];

it.each(OF_HEALTH)(
  "accounts are shown, and %s is named, when that key holds something else",
  async (name) => {
    const key = `${keysOf(system).base}${name}`;
    await redis.set(key, "somebody else's");

    const [accounts, one, ready, metrics] = await Promise.all([
      system.call("/v1/accounts", { key: "ops" }),
      system.call("/v1/accounts/yzj", { key: "ops" }),
      system.call("/readyz", { key: null }),
      system.call("/metrics", { key: "prom" }),
    ]);
    const findings = await diagnoseWith(system.config);
    await redis.del(key);

    expect([accounts.status, one.status, ready.status, metrics.status]).toEqual([200, 200, 200, 200]);
    expect(one.json["brokenKeys"]).toEqual([name]);
    const about = (found: string): boolean => found.includes("wrong type") && found.endsWith(`: ${name}`);
    expect(findings.filter(({ found }) => about(found))).toMatchObject([
      { verdict: "broken", about: "account yzj", mend: expect.stringContaining(system.config.redis.prefix) },
    ]);
    expect((await system.call("/v1/accounts/yzj", { key: "ops" })).json["brokenKeys"]).toEqual([]);
  },
);

it.each([
  ["/v1/stats", "lanes:held"],
  ["/v1/dead-letters/callbacks", "callback:dead"],
  ["/v1/deliveries", "status:queued"],
  ["/v1/dead-letters/groups", "groups"],
])("%s says that %s holds something else, and is no failure of Bida", async (path, name) => {
  const key = `${keysOf(system).base}${name}`;
  await redis.rename(key, "kept").catch(() => undefined);
  await redis.lpush(key, "somebody else's");

  const { status, json } = await system.call(path, { key: "ops" });
  await redis.del(key);

  expect(status).toBe(503);
  expect(json).toMatchObject({
    code: "unavailable",
    title: expect.stringMatching(/ in Redis has a value of the wrong type$/),
  });
});
