import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPrivateRedis, type PrivateRedis } from "../../../src/dev/private-redis/private-redis.ts";
import type { ScriptedRedis } from "../../../src/storage/connection.ts";
import { Turn, turnOfRetention } from "../../../src/storage/turn.ts";
import { aTodo } from "../../support/builders.ts";
import { eventually } from "../../support/eventually.ts";
import { startSystem, type System } from "../../support/system.ts";
import { runBida } from "./bida-process.ts";
import { AccountKeys } from "../../../src/storage/keys.ts";
import { InstallationKeys } from "../../../src/storage/installation-keys.ts";

interface Finding {
  readonly about: string;
  readonly verdict: string;
  readonly found: string;
  readonly mend: string | null;
}

const directory = mkdtempSync(join(tmpdir(), "bida-doctor-"));
const config = join(directory, "bida.yaml");
let system: System;
beforeAll(async () => {
  system = await startSystem({ account: "todo: { mode: sync }" });
});
afterAll(async () => {
  await system.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Patient {
  readonly redis?: string;
  readonly baseUrl?: string;
  readonly appSecret?: string;
  readonly prefix?: string;
}

function writeConfig(patient: Patient): void {
  const { url, prefix: own } = system.config.redis;
  const {
    redis = url,
    prefix = own,
    baseUrl = system.sandbox.url,
    appSecret = "sandbox-app-secret",
  } = patient;
  writeFileSync(
    config,
    `redis: { url: "${redis}", prefix: ${prefix} }
accounts:
  yzj: { platform: yunzhijia, baseUrl: "${baseUrl}", allowHttp: true, appId: "500041933", appSecret: ${appSecret} }
`,
  );
}

async function examine(patient: Patient = {}): Promise<{ status: number | null; findings: Finding[] }> {
  writeConfig(patient);
  const { status, json } = await runBida(["doctor", "--json", "--config", config]);
  const { findings } = json() as { findings: Finding[] };
  return { status, findings };
}

/** The workers of these tests run in the tests' own process, and announce themselves to nobody. */
const notOk = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ verdict, about }) => verdict !== "ok" && about !== "workers");

describe("bida doctor", () => {
  it("ends with 0 where nothing is broken", async () => {
    const { status, findings } = await examine();
    expect(notOk(findings)).toEqual([]);
    expect(status).toBe(0);
    expect(findings.map(({ about }) => about)).toEqual(expect.arrayContaining(["Redis", "account yzj"]));
    expect(findings).toContainEqual(expect.objectContaining({ about: "workers", verdict: "warning" }));
  });

  it("answers in Chinese where the locale is Chinese", async () => {
    writeConfig({ redis: "redis://127.0.0.1:9", appSecret: "wr0ng" });
    const { status, stdout, stderr } = await runBida(["doctor", "--config", config], {
      env: { BIDA_LANG: "zh" },
    });

    expect(status).toBe(1);
    expect(stdout).toContain("1 个账号，0 个 API 密钥，0 个镜像");
    expect(stdout).toMatch(/故障 +Redis：无法连通：该地址没有服务在监听（ECONNREFUSED）/);
    expect(stdout).toMatch(/故障 +账号 yzj：平台拒绝它的 appId 和 appSecret（/);
    expect(stderr).toMatch(/^2 项故障，\d+ 项需要留意。\n$/);
  });

  it("finds a secret that the platform refuses, and does not print it", async () => {
    const { status, findings } = await examine({ appSecret: "wr0ng" });
    expect(status).toBe(1);
    expect(notOk(findings)).toMatchObject([{ about: "account yzj", verdict: "broken" }]);
    expect(notOk(findings)[0]?.found).toContain("refuses its appId and appSecret");
    expect(JSON.stringify(findings)).not.toContain("wr0ng");
  });

  it("finds a platform and a Redis that cannot be reached", async () => {
    const { status, findings } = await examine({
      redis: "redis://127.0.0.1:9",
      baseUrl: "http://127.0.0.1:9",
    });
    expect(status).toBe(1);
    expect(notOk(findings)).toMatchObject([
      { about: "Redis", verdict: "broken", mend: expect.stringContaining("127.0.0.1:9") as string },
      { about: "account yzj", verdict: "broken", found: expect.stringContaining("ECONNREFUSED") as string },
    ]);
  });

  it("finds a configuration that is wrong, with its line", async () => {
    writeFileSync(config, "accounts: {}\npolicy: { deadline: soon }\n");
    const examined = await runBida(["doctor", "--config", config]);
    expect(examined.status).toBe(1);
    expect(examined.stdout).toContain(`broken   ${config}:2: policy.deadline: expected a duration`);
  });
});

describe("bida doctor and the clock", () => {
  it("finds that the platform's clock differs from ours", async () => {
    const late = createServer((_request, response) => {
      const date = new Date(Date.now() - 10 * 60_000).toUTCString();
      response.writeHead(404, { date, "content-type": "application/json" }).end("{}");
    }).listen(0, "127.0.0.1");
    await once(late, "listening");
    const { findings } = await examine({
      baseUrl: `http://127.0.0.1:${(late.address() as AddressInfo).port}`,
    });
    late.closeAllConnections();
    late.close();
    expect(notOk(findings)[0]).toMatchObject({
      about: "account yzj",
      verdict: "broken",
      found: expect.stringMatching(/Redis' clock is 10 min ahead of the platform's/) as string,
    });
  });
});

describe("bida doctor and the work", () => {
  it("finds a delivery that nobody sends", async () => {
    const idle = await startSystem({ withoutWorker: true });
    const { url, prefix } = idle.config.redis;
    const id = await idle.enqueue(aTodo());
    const redis = new Redis(url);
    // As if it had been waiting for ten minutes.
    await redis.zadd(new AccountKeys(prefix, "yzj").sendDue("todo"), Date.now() - 600_000, id);
    redis.disconnect();

    const { status, findings } = await examine({ prefix, baseUrl: idle.sandbox.url });
    await idle.close();

    expect(status).toBe(1);
    expect(notOk(findings)).toMatchObject([
      {
        found: expect.stringMatching(/makes no progress: .* has waited for 10 min/) as string,
        mend: expect.stringContaining("bida worker") as string,
      },
    ]);
  });

  it("finds an account that the platform has locked out", async () => {
    const held = await startSystem();
    await fetch(`${held.sandbox.url}/_sandbox/accounts`, {
      method: "POST",
      body: JSON.stringify({ appId: "500041933", secret: "another-one" }),
    });
    await held.enqueue(aTodo());
    await eventually(
      () => held.events.some(({ event }) => event === "account.held"),
      (isHeld) => isHeld,
    );
    const { prefix } = held.config.redis;
    const { findings } = await examine({ prefix, baseUrl: held.sandbox.url });
    await held.close();

    const said = notOk(findings).map(({ found }) => found);
    expect(said[0]).toContain("refuses its appId and appSecret");
    expect(said[1]).toMatch(/is held: .*tried again (now|in \d+ s)/);
  });

  it("says that a platform asks to wait, for how long at most, and until when", async () => {
    const told = await startSystem();
    await told.misbehave({
      script: [{ fault: "throttled", endpoint: "todo.create", retryAfterSeconds: 31_536_000, times: -1 }],
    });
    const id = await told.enqueue(aTodo());
    await eventually(
      async () => told.store.get(id),
      (found) => found !== null && found !== "unreadable" && found.state.waitCause === "throttled",
    );
    const { prefix } = told.config.redis;
    const { findings } = await examine({ prefix, baseUrl: told.sandbox.url });
    await told.close();

    expect(notOk(findings)).toMatchObject([
      {
        verdict: "warning",
        found: expect.stringMatching(
          /^deliveries that wait because the platform asks for fewer calls \(HTTP 429\): 1; the last is tried again in \d+ min \(20/,
        ) as string,
      },
    ]);
  });

  it("names what was sent and is not asked about yet, because the platform wants that later", async () => {
    const told = await startSystem();
    const fault = {
      fault: "lying-proxy",
      endpoint: "todo.create",
      status: 503,
      retryAfterSeconds: 31_536_000,
    };
    await told.misbehave({ script: [fault] });
    const id = await told.enqueue(aTodo());
    await eventually(
      async () => told.store.get(id),
      (found) => found !== null && found !== "unreadable" && found.state.status === "confirming",
    );
    const { prefix } = told.config.redis;
    const { findings } = await examine({ prefix, baseUrl: told.sandbox.url });
    await told.close();

    expect(notOk(findings)).toMatchObject([
      {
        verdict: "warning",
        found: expect.stringMatching(/^sent deliveries that wait .*: 1 \(.* in \d+ min \(20/) as string,
      },
    ]);
    expect(notOk(findings)[0]?.found).toContain(id);
  });

  it("says since when retention has not run", async () => {
    const prefix = "left-by-all-workers";
    const redis = new Redis(system.config.redis.url);
    const turn = new Turn(redis as ScriptedRedis, { prefix, what: turnOfRetention("yzj"), name: "a worker" });
    await turn.take(1);
    expect(notOk((await examine({ prefix })).findings)).toEqual([]);

    // As if that had been three hours ago.
    const taken = new InstallationKeys(prefix).turnTaken(turnOfRetention("yzj"));
    await redis.pexpire(taken, (await redis.pttl(taken)) - 3 * 3_600_000);
    const { status, findings } = await examine({ prefix });
    redis.disconnect();

    expect(status).toBe(0);
    expect(notOk(findings)).toMatchObject([
      { about: "account yzj", found: expect.stringContaining("for 3 h no process has trimmed") as string },
    ]);
  });

  it("says that an account is paused, and how to end that; and that callbacks fail", async () => {
    const { url, prefix } = system.config.redis;
    const redis = new Redis(url);
    const { breaker, callbackDue } = new AccountKeys(prefix, "yzj");
    await redis.hset(breaker, "paused", "1");
    // As after the fourth attempt.
    await redis.zadd(callbackDue, Date.now() + 600_000, "d-1");
    const { findings } = await examine();
    await redis.hdel(breaker, "paused");
    await redis.zrem(callbackDue, "d-1");
    redis.disconnect();
    expect(notOk(findings)).toMatchObject([
      {
        found: expect.stringContaining("is paused until somebody resumes it") as string,
        mend: expect.stringContaining("bida accounts resume yzj") as string,
      },
      {
        verdict: "warning",
        found: expect.stringContaining(
          "callbacks that failed several times, and are tried again for a day: 1",
        ) as string,
      },
    ]);
  });

  it("finds what waits behind a dead head, and the head", async () => {
    await system.misbehave({ script: [{ fault: "bad-recipients", endpoint: "todo.create" }] });
    const head = await system.enqueue({ ...aTodo(), lane: "doctor" });
    expect((await system.ended(head)).state.status).toBe("dead");
    await system.enqueue({ ...aTodo(), lane: "doctor" });
    const { findings } = await examine();
    const held = notOk(findings).find(({ found }) =>
      found.includes("behind dead letters in their lanes: 1; such lanes: 1"),
    );
    expect(held).toMatchObject({ verdict: "broken", mend: expect.stringContaining(head) as string });
  });
});

describe("bida doctor and Redis", () => {
  let weak: PrivateRedis;
  beforeAll(async () => {
    weak = await startPrivateRedis({
      extraArgs: ["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru", "--appendonly", "no"],
    });
  });
  afterAll(async () => weak.stop());

  it("finds one that evicts, and has no AOF", async () => {
    const { status, findings } = await examine({ redis: weak.url });
    expect(status).toBe(1);
    expect(notOk(findings)).toMatchObject([
      { about: "Redis", verdict: "broken", mend: expect.stringContaining("noeviction") as string },
      { about: "Redis", verdict: "warning", mend: expect.stringContaining("appendonly") as string },
    ]);
  });
});
