/**
 * Doctor on a Redis that answers and refuses: it names the refusal, and does not look for a fault of the network.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startPrivateRedis, type PrivateRedis } from "../../src/dev/private-redis/private-redis.ts";
import { diagnoseWith } from "../../src/doctor/doctor.ts";
import { configOn } from "../support/config-on.ts";
import { eventually } from "../support/eventually.ts";

let redis: PrivateRedis;
let admin: Redis;
beforeEach(async () => {
  redis = await startPrivateRedis({ extraArgs: ["--save", "3600 1000000", "--lua-time-limit", "5"] });
  admin = new Redis(redis.url);
});
afterEach(async () => {
  admin.disconnect();
  await redis.stop();
});

async function brokenOfRedis(): Promise<string> {
  const findings = await diagnoseWith(configOn(`url: "${redis.url}"`));
  const broken = findings.filter(({ about, verdict }) => about === "Redis" && verdict === "broken");
  return broken.map(({ found, mend }) => `${found} → ${mend}`).join("\n");
}

it("too few replicas are named, until writes are taken again", async () => {
  await admin.config("SET", "min-replicas-to-write", "5");
  expect(await brokenOfRedis()).toMatch(/^refuses every write: too few replicas .*min-replicas-to-write/);

  await admin.config("SET", "min-replicas-to-write", "0");
  expect(await brokenOfRedis()).toBe("");
});

it("a disk that cannot be written is named", async () => {
  // A snapshot cannot take the place of a directory.
  mkdirSync(join(redis.directory, "dump.rdb"));
  await admin.bgsave();
  await eventually(
    () => admin.info("persistence"),
    (info) => info.includes("rdb_last_bgsave_status:err"),
  );

  expect(await brokenOfRedis()).toMatch(/^refuses every write: it cannot write to its disk → Make room/);
});

it("a script that holds Redis up is named", async () => {
  const running = admin.eval("while true do end", 0).catch(() => undefined);
  const killer = new Redis(redis.url);
  try {
    expect(await brokenOfRedis()).toMatch(/^is busy with a long script → End that script with SCRIPT KILL/);
  } finally {
    await killer.script("KILL");
    killer.disconnect();
    await running;
  }
});
