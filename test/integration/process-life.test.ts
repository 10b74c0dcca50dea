/**
 * Every process of Bida as its supervisor meets it: it answers for itself before it has met Redis, and it
 * leaves when it is told to, whatever it waits for.
 */
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { request } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { aFreePort } from "../../src/dev/private-redis/free-port.ts";
import { startOwn, type OwnProcess } from "../support/own-process.ts";
import { descendants, isAlive } from "../support/process-tree.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "bida-life-"));
const running: OwnProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((own) => own.kill()));
});

function configured(redis: string, port = 0): string {
  const file = join(directory, `${aPrefix()}.yaml`);
  writeFileSync(
    file,
    `redis: { url: "${redis}", prefix: ${aPrefix()} }
api: { port: ${port}, keys: [{ name: ops, role: operator, sha256: "${"a".repeat(64)}" }] }
accounts:
  yzj: { platform: yunzhijia, baseUrl: "http://127.0.0.1:9", allowHttp: true, appId: "1", appSecret: s }
  mall: { platform: yunzmall, baseUrl: "http://127.0.0.1:9", allowHttp: true }
mirrors: [{ from: mall, to: yzj, recipients: { "1": "open-1" } }]
callbacks: { allowHosts: [127.0.0.1], secret: a-secret-of-twenty-four-bytes }
outboxes: { oa: { url: "mysql://oa@127.0.0.1:9/oa", accounts: [yzj] } }
`,
  );
  return file;
}

interface Started extends OwnProcess {
  readonly file: string;
  readonly health: string;
}

async function start(name: string, redis: string, env: NodeJS.ProcessEnv = {}): Promise<Started> {
  const [port, file] = [await aFreePort(), configured(redis)];
  const own = startOwn([process.execPath, join(ROOT, `workers/${name}.ts`), "--config", file], {
    env: { ...process.env, BIDA_HEALTH_PORT: String(port), ...env },
  });
  running.push(own);
  return { ...own, file, health: `http://127.0.0.1:${port}` };
}

async function statusOf(url: string): Promise<number | null> {
  try {
    const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(1_000) });
    await body.dump();
    return statusCode;
  } catch {
    return null;
  }
}

const answers = (url: string, status: number): Promise<unknown> =>
  eventually(
    () => statusOf(url),
    (got) => got === status,
  );

const NAMES = ["delivery", "callback", "mirror"] as const;

describe("while Redis is away at the start", () => {
  it.each([...NAMES, "outbox"])("%s answers health requests, and ends on SIGTERM", async (name) => {
    const own = await start(name, "redis://127.0.0.1:9");
    await answers(`${own.health}/livez`, 200);
    await answers(`${own.health}/readyz`, 503);

    own.child.kill("SIGTERM");

    expect(await own.exited).toBe(0);
  });

  it("api answers health requests, and ends on SIGTERM", async () => {
    const own = await start("api", "redis://127.0.0.1:9");
    await answers(`${own.health}/livez`, 200);

    own.child.kill("SIGTERM");

    expect(await own.exited).toBe(0);
  });
});

describe("with Redis", () => {
  it.each([...NAMES, "api"])(
    "%s becomes ready, reads its configuration again on SIGHUP, and ends",
    async (name) => {
      const own = await start(name, testRedisUrl());
      await answers(`${own.health}/readyz`, 200);

      own.child.kill("SIGHUP");
      await own.printed("config.reloaded");
      await answers(`${own.health}/readyz`, 200);
      own.child.kill("SIGTERM");

      expect(await own.exited).toBe(0);
    },
  );
});

describe("a log that cannot be written", () => {
  it.runIf(existsSync("/dev/full"))("to a full disk stops no worker, and it leaves on SIGTERM", async () => {
    const [port, full] = [await aFreePort(), openSync("/dev/full", "w")];
    const command = [process.execPath, join(ROOT, "workers/delivery.ts"), "--config"];
    const own = startOwn([...command, configured(testRedisUrl())], {
      env: { ...process.env, BIDA_HEALTH_PORT: String(port) },
      stdio: ["ignore", full, full],
    });
    closeSync(full);
    running.push(own);
    await answers(`http://127.0.0.1:${port}/readyz`, 200);

    own.child.kill("SIGTERM");

    expect(await own.exited).toBe(0);
  });

  it("because its reader is gone stops no worker, which ends on SIGTERM", async () => {
    const own = await start("delivery", testRedisUrl());
    await own.printed("{");
    own.child.stdout?.destroy();
    own.child.stderr?.destroy();
    await answers(`${own.health}/readyz`, 200);

    own.child.kill("SIGTERM");

    expect(await own.exited).toBe(0);
  });
});

describe("a setting of the environment that cannot be used", () => {
  it.each([
    ["BIDA_HEALTH_PORT", "tcp://10.0.0.1:80", "expected a port from 1 to 65535"],
    ["BIDA_HEALTH_PORT", "0x50", "expected a port from 1 to 65535"],
    ["BIDA_HEALTH_PORT", "70000", "expected a port from 1 to 65535"],
    ["BIDA_LOG_LEVEL", "loud", "expected trace, debug, info"],
  ])("%s=%s is reported in one sentence", async (name, value, words) => {
    const own = await start("delivery", testRedisUrl(), { [name]: value });

    expect(await own.exited).toBe(2);
    expect(own.output().trim().split("\n")).toEqual([expect.stringContaining(`${name}: ${words}`)]);
  });

  it("a health port that is taken is reported in one sentence", async () => {
    const first = await start("delivery", testRedisUrl());
    await answers(`${first.health}/livez`, 200);

    const port = new URL(first.health).port;
    // What it has opened before must not keep it.
    const second = await start("delivery", testRedisUrl(), {
      BIDA_HEALTH_PORT: port,
      BIDA_METRICS_PORT: String(await aFreePort()),
    });

    expect(await second.exited).toBe(2);
    expect(second.output()).toContain(`BIDA_HEALTH_PORT: cannot listen on port ${port} (EADDRINUSE)`);
    expect(second.output().trim().split("\n")).toHaveLength(1);
  });

  it("a port of the API that is taken is reported in one sentence", async () => {
    const first = await start("delivery", testRedisUrl());
    await answers(`${first.health}/livez`, 200);
    const port = Number(new URL(first.health).port);

    const file = configured(testRedisUrl(), port);
    // The health port listens on every address.
    const api = startOwn([process.execPath, join(ROOT, "workers/api.ts"), "--config", file], {
      env: { ...process.env, BIDA_LOG_LEVEL: "error" },
    });
    running.push(api);

    expect(await api.exited).toBe(2);
    expect(api.output()).toContain(`api.port: cannot listen on port ${port} of 127.0.0.1 (EADDRINUSE)`);
  });
});

describe("under npm", () => {
  it("SIGTERM at npm reaches the worker", async () => {
    const port = await aFreePort();
    const own = startOwn(
      ["npm", "run", "worker", "--silent", "--", "--config", configured("redis://127.0.0.1:9")],
      {
        cwd: ROOT,
        env: { ...process.env, BIDA_HEALTH_PORT: String(port) },
      },
    );
    running.push(own);
    await answers(`http://127.0.0.1:${port}/livez`, 200);
    const tree = descendants(own.child.pid ?? 0);

    own.child.kill("SIGTERM");
    await own.exited;

    await eventually(
      () => tree.filter(isAlive),
      ({ length }) => length === 0,
    );
  });

  it.each(["SIGTERM", "SIGKILL"] as const)(
    "bida up leaves nothing behind after %s at npx",
    async (signal) => {
      const own = startOwn(["npx", "bida", "up", "--port", "0", "--json"], { cwd: ROOT, env: process.env });
      running.push(own);
      await own.printed('"sandbox"');
      const tree = descendants(own.child.pid ?? 0);
      expect(tree.length).toBeGreaterThan(1);

      own.child.kill(signal);

      await eventually(
        () => tree.filter(isAlive).map(({ command }) => command),
        ({ length }) => length === 0,
      );
    },
  );

  it("bida up that is killed ends its Redis too", async () => {
    const own = startOwn([process.execPath, join(ROOT, "workers/bida.ts"), "up", "--port", "0", "--json"]);
    running.push(own);
    await own.printed('"sandbox"');
    const tree = descendants(own.child.pid ?? 0);

    own.child.kill("SIGKILL");

    await eventually(
      () => tree.filter(isAlive).map(({ command }) => command),
      ({ length }) => length === 0,
    );
  });
});

afterEach(() => {
  for (const file of readdirSync(directory)) rmSync(join(directory, file));
});
