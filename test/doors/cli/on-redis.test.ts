import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AccountRegistry } from "../../../src/storage/account-registry.ts";
import { connect } from "../../../src/storage/connection.ts";
import { aTodo } from "../../support/builders.ts";
import { startSystem, type System } from "../../support/system.ts";
import { runBida, type Ended, type RunOptions } from "./bida-process.ts";

const directory = mkdtempSync(join(tmpdir(), "bida-on-redis-"));
const config = join(directory, "bida.yaml");
let system: System;
beforeAll(async () => {
  system = await startSystem({ account: "todo: { mode: sync }" });
  const { url, prefix } = system.config.redis;
  // The secret is nowhere to be had: it is not needed.
  writeFileSync(
    config,
    `redis: { url: "${url}", prefix: ${prefix} }
accounts:
  yzj: { platform: yunzhijia, baseUrl: "${system.sandbox.url}", allowHttp: true, appId: "500041933", appSecret: "\${env:GONE}" }
`,
  );
});
afterAll(async () => {
  await system.close();
  rmSync(directory, { recursive: true, force: true });
});

const bida = async (args: readonly string[], options?: RunOptions): Promise<Ended> =>
  runBida([...args, "--redis", "config", "--config", config], options);

it("sends without an API, and waits for the end", async () => {
  const sent = await bida(
    ["send", "--wait", "20s", "--json", "--account", "yzj", "--operation", "todo.create"],
    {
      stdin: JSON.stringify(aTodo().payload),
    },
  );
  expect(sent.json()).toMatchObject({ status: "confirmed" });
});

it("replays in bulk without an API, in the name of the person at this machine", async () => {
  await system.misbehave({ script: [{ fault: "bad-recipients", endpoint: "todo.create", times: 2 }] });
  const ids = [await system.enqueue(aTodo()), await system.enqueue(aTodo())];
  for (const id of ids) expect((await system.ended(id)).state.status).toBe("dead");

  const replayed = await bida(["dead", "replay", "--all", "--yes", "--json"]);

  expect(replayed.json()).toMatchObject({
    status: "done",
    done: 2,
    by: `${userInfo().username} at the command line`,
  });
  for (const id of ids) expect((await system.ended(id)).state.status).toBe("confirmed");
});

it("retires an account that has left the configuration, and only that", async () => {
  const { url, prefix } = system.config.redis;
  const redis = connect({ url }, { role: "producer", onError: () => undefined });
  await new AccountRegistry(redis, prefix).announce([{ name: "old", platform: "yunzhijia" }]);
  redis.disconnect();

  const retired = await bida(["account", "retire", "old", "--note", "merged into yzj", "--json"]);
  const [configured, silent] = await Promise.all([
    bida(["accounts", "retire", "yzj", "--note", "why not"]),
    bida(["accounts", "retire", "old"]),
  ]);

  expect(retired.json()).toEqual({ account: "old", ended: 0, remaining: 0 });
  expect(configured).toMatchObject({ status: 1 });
  expect(configured.stderr).toMatch(/still in the configuration|is in the configuration/);
  expect(silent).toMatchObject({ status: 2 });
});

it("keeps to the same exit statuses", async () => {
  const [missing, noConfig, noRedis] = await Promise.all([
    bida(["status", "nowhere"]),
    runBida(["list", "--redis", "config", "--config", "/nowhere.yaml"]),
    runBida(["list", "--redis", "redis://127.0.0.1:9", "--config", config]),
  ]);
  expect([missing.status, noConfig.status, noRedis.status]).toEqual([3, 2, 1]);
});

it("says that Redis does not answer, and that something may have been done only where it may", async () => {
  const away = ["--redis", "redis://127.0.0.1:9", "--config", config];
  const [asked, cancelled] = await Promise.all([
    runBida(["list", ...away]),
    runBida(["cancel", "d1", ...away]),
  ]);
  expect(asked.stderr).toMatch(/^Trying again: Redis does not answer\nRedis does not answer\n.*bida doctor/);
  expect(cancelled.stderr).toMatch(/^Redis does not answer: the result is unknown/);
});

it.each([
  "workers",
  "system",
  "stats",
  "intake refused",
  "dead groups",
  "dead callbacks",
  "accounts",
  "list",
  "audit",
])("answers `bida %s` without an API", async (command) => {
  const answered = await bida([...command.split(" "), "--json"]);

  expect(answered).toMatchObject({ status: 0 });
  expect(answered.stdout).toMatch(/^[{[]/);
});
