/**
 * A fault that nobody caught: the process says so once, in the form of its other words, and is gone.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { startOwn, type OwnProcess } from "../support/own-process.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";
import { startSilentServer } from "../support/silent-server.ts";
import { closing } from "../support/closing.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SECRET = "a-long-secret/of-the-account";
const directory = mkdtempSync(join(tmpdir(), "bida-crash-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const running: OwnProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((own) => own.kill()));
});

function start(
  script: string,
  { args, env }: { args: readonly string[]; env: Record<string, string> },
): OwnProcess {
  const command = [process.execPath, "--import", join(ROOT, "test/fixtures/crash-on-signal.mjs")];
  const own = startOwn([...command, join(ROOT, `workers/${script}.ts`), ...args], {
    env: { ...process.env, ...env },
  });
  running.push(own);
  return own;
}

function configured(): string {
  const file = join(directory, `${aPrefix()}.yaml`);
  writeFileSync(
    file,
    `redis: { url: "${testRedisUrl()}", prefix: ${aPrefix()} }
api: { port: 0, keys: [{ name: ops, role: operator, sha256: "${"a".repeat(64)}" }] }
accounts:
  yzj: { platform: yunzhijia, baseUrl: "http://127.0.0.1:9", allowHttp: true, appId: "1", appSecret: "\${env:APP_SECRET}" }
  mall: { platform: yunzmall, baseUrl: "http://127.0.0.1:9", allowHttp: true }
mirrors: [{ from: mall, to: yzj, recipients: { "1": "open-1" } }]
callbacks: { allowHosts: [127.0.0.1], secret: "\${env:APP_SECRET}" }
`,
  );
  return file;
}

describe.each(["exception", "rejection"])("a fault that nobody caught: %s", (kind) => {
  it.each([
    ["delivery", "worker.ready"],
    ["callback", "worker.ready"],
    ["mirror", "mirror.ready"],
    ["api", "api.listening"],
  ])("ends the %s process at once, with one line of its log", async (script, ready) => {
    const said = `first ${encodeURIComponent(SECRET)}\nsecond ${SECRET}`;
    const env = { CRASH_KIND: kind, CRASH_MESSAGE: said, APP_SECRET: SECRET };
    const own = start(script, { args: ["--config", configured()], env });
    await own.printed(ready);

    own.child.kill("SIGUSR2");

    expect(await own.exited).toBe(1);
    await eventually(own.output, (text) => text.includes("process.crashed"));
    const lines = own.output().trim().split("\n");
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told.filter(({ level }) => level === "fatal")).toEqual([told.at(-1)]);
    expect(told.at(-1)).toMatchObject({
      level: "fatal",
      service: "bida",
      event: "process.crashed",
      detail: "TypeError: first [redacted]\nsecond [redacted]",
      stack: expect.stringMatching(/^at .*crash-on-signal\.mjs/),
    });
    expect(own.output()).not.toMatch(/of-the-account/);
    expect(told.some(({ event }) => /draining|stopped/.test(String(event)))).toBe(false);
  });
});

describe("a command of the terminal", () => {
  async function crashed(
    env: Record<string, string>,
  ): Promise<{ readonly text: string; readonly status: unknown }> {
    const api = await startSilentServer();
    closing.push(() => api.stop());
    const own = start("bida", {
      args: ["list"],
      env: { BIDA_URL: api.url.replace("redis:", "http:"), BIDA_KEY: "key", BIDA_LANG: "en", ...env },
    });
    await eventually(
      () => api.connections(),
      (count) => count > 0,
    );
    own.child.kill("SIGUSR2");
    const status = await own.exited;
    await eventually(own.output, (text) => text.endsWith("\n"));
    return { text: own.output(), status };
  }

  it("says what happened and how to see where, in both languages, and ends with 1", async () => {
    const [english, chinese] = await Promise.all([
      crashed({ CRASH_MESSAGE: "it broke\nhere" }),
      crashed({ BIDA_LANG: "zh", CRASH_KIND: "rejection" }),
    ]);

    expect(english).toEqual({
      status: 1,
      text: "Bida has failed internally: TypeError: it broke. Please report it.\nWith BIDA_LOG_LEVEL=debug, the command also says where.\n",
    });
    expect(chinese).toEqual({
      status: 1,
      text: "必达内部出错：TypeError: it broke。请报告此问题。\n设置 BIDA_LOG_LEVEL=debug 再运行，可以看到出错的位置。\n",
    });
  });

  it("says where on request", async () => {
    const { text } = await crashed({ BIDA_LOG_LEVEL: "debug" });

    expect(text).toMatch(
      /^Bida has failed internally: TypeError: it broke\. Please report it\.\nat .*crash-on-signal\.mjs/,
    );
  });
});
