import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startIntake } from "../../../src/app/intake.ts";
import { testRedisUrl } from "../../support/redis.ts";
import { KEYS, startApiSystem, type ApiSystem } from "../http/api-system.ts";

let system: ApiSystem;
beforeAll(async () => {
  system = await startApiSystem();
});
afterAll(async () => {
  await system.close();
});

const EXAMPLES = [{ command: "sh", file: "curl/send-todo.sh", probe: ["-c", "true"] }] as const;

function isInstalled(command: string, probe: readonly string[]): boolean {
  try {
    execFileSync(command, probe, { stdio: "ignore" });
    return true;
  } catch {
    // Then its example cannot be run here.
    return false;
  }
}

interface Ended {
  readonly status: number;
  readonly output: string;
}

interface Around {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function run(
  command: string,
  args: readonly string[],
  { cwd, env: more }: Around = {},
): Promise<Ended> {
  const ours = { BIDA_URL: system.api.url, BIDA_KEY: KEYS.oa, REDIS_URL: testRedisUrl() };
  const env = { ...process.env, ...ours, ...more };
  return new Promise((resolve) => {
    execFile(command, args, { env, cwd }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` }),
    );
  });
}

describe("the README", () => {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const text = readFileSync(`${root}/README.md`, "utf8");
  const [, command = ""] = /^```sh\n(curl [^]*?)^```$/m.exec(text) ?? [];
  const [, send = ""] = /^```sh\n(npx bida send [^]*?)^```$/m.exec(text) ?? [];

  it("enqueues with curl as it is written there, once however often it runs", async () => {
    const first = await run("sh", ["-c", command], { cwd: root });
    const again = await run("sh", ["-c", command], { cwd: root });

    expect(first.status).toBe(0);
    expect(JSON.parse(first.output)).toMatchObject({ result: "created" });
    expect(JSON.parse(again.output)).toMatchObject({ result: "existing" });
  });

  it("enqueues from a shell as it is written there, and reports errors in the words that it shows", async () => {
    const title = 's/"title": ".*"/"title": 1/';
    const [sent, wrong] = await Promise.all([
      run("sh", ["-c", send], { cwd: root }),
      run("sh", ["-c", `sed '${title}' examples/curl/todo.json | npx bida send`], { cwd: root }),
    ]);

    expect(sent).toMatchObject({ status: 0, output: expect.stringMatching(/^d-\S+$/m) as string });
    expect(wrong.status).toBe(1);
    const [said = ""] = /\/payload\/title: .*/.exec(wrong.output) ?? [];
    expect(text).toContain(`exit status 1, \`${said}\``);
  });
});

describe("the README's order straight into Redis", () => {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const [, command = ""] =
    /^```sh\n(redis-cli [^]*?)^```$/m.exec(readFileSync(`${root}/README.md`, "utf8")) ?? [];

  it.skipIf(!isInstalled("redis-cli", ["--version"]))(
    "becomes a delivery as it is written there",
    async () => {
      const written = await run("sh", ["-c", command], { cwd: root });
      expect(written.status).toBe(0);
      const stream = { key: "bida:intake", producer: "oa", accounts: ["yzj"] };
      const config = { ...system.config, intake: { inWorker: true, stream } };
      const key = encodeURIComponent(`stream:bida:intake:${written.output.trim()}`);

      const intake = await startIntake({ config, emit: () => undefined, warn: () => undefined });

      const found = async (): Promise<unknown> =>
        (await system.call(`/v1/deliveries?key=${key}`)).json["items"];
      await expect
        .poll(found, { timeout: 80_000 })
        .toEqual([expect.objectContaining({ operation: "todo.create", account: "yzj" })]);
      await intake.stop();
    },
  );
});

describe.each(EXAMPLES)("examples/$file", ({ command, file, probe }) => {
  const path = fileURLToPath(new URL(`../../../examples/${file}`, import.meta.url));

  it.skipIf(!isInstalled(command, probe))("sends a todo once, and waits until it is there", async () => {
    const sourceId = `example-${command}`;
    const first = await run(command, [path, sourceId]);
    const again = await run(command, [path, sourceId]);
    expect(first).toMatchObject({ status: 0, output: expect.stringContaining("is confirmed") as string });
    expect(again.status).toBe(0);
    const { todos } = await system.ledger();
    expect(todos.filter((todo) => todo.sourceId === sourceId)).toMatchObject([{ stores: 1, repeats: 0 }]);
  });
});

it.each(["dead", "discarded", "cancelled"])(
  "examples/curl/send-todo.sh ends for one that is %s, and says why",
  async (status) => {
    const delivery = `{"id":"d-1","status":"${status}","reason":"rejected","detail":"appId is wrong"}`;
    const bida = createServer((request, response) => {
      request.resume();
      response.writeHead(request.method === "POST" ? 202 : 200, { "content-type": "application/json" });
      response.end(request.method === "POST" ? '{"id":"d-1","result":"created"}' : delivery);
    });
    bida.listen(0, "127.0.0.1");
    await once(bida, "listening");
    const url = `http://127.0.0.1:${(bida.address() as AddressInfo).port}`;

    const ended = await run(
      "sh",
      [`${fileURLToPath(new URL("../../../examples/", import.meta.url))}curl/send-todo.sh`],
      {
        env: { BIDA_URL: url },
      },
    );
    bida.close();

    expect(ended).toEqual({ status: 1, output: `${delivery}\n` });
  },
);
