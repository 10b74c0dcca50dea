/**
 * SIGHUP at a real worker process: a new configuration takes over, a broken one changes nothing.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProducer, type Producer } from "../../src/app/producer.ts";
import { loadConfig } from "../../src/config/config.ts";
import { startSandbox, type Sandbox } from "../../src/sandbox/server.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { aPrefix, testRedisUrl } from "../support/redis.ts";

const WORKER = new URL("../../workers/delivery.ts", import.meta.url).pathname;
const prefix = aPrefix();
let sandbox: Sandbox;
let directory: string;
let file: string;
let worker: ChildProcess;
let lines: string[];
let producer: Producer | null = null;

beforeEach(async () => {
  sandbox = await startSandbox();
  directory = mkdtempSync(join(tmpdir(), "bida-reload-"));
  file = join(directory, "bida.yaml");
  writeFileSync(file, configuration(["yzj"]));
  lines = [];
  worker = spawn(process.execPath, [WORKER, "--config", file], { stdio: ["ignore", "pipe", "inherit"] });
  if (worker.stdout !== null)
    createInterface({ input: worker.stdout }).on("line", (line) => lines.push(line));
  await told("worker.ready");
});

afterEach(async () => {
  const exited = once(worker, "exit");
  if (worker.exitCode === null && worker.kill("SIGKILL")) await exited;
  await producer?.close();
  producer = null;
  await sandbox.close();
  rmSync(directory, { recursive: true, force: true });
});

describe("SIGHUP", () => {
  it("adds an account, and drops none of the current work", async () => {
    writeFileSync(file, configuration(["yzj", "second"]));
    worker.kill("SIGHUP");
    await told("config.reloaded");

    expect(await confirmedAt("second")).toBe("confirmed");
    expect(await confirmedAt("yzj")).toBe("confirmed");
  });

  it("changes nothing when the file has an error, and says where the error is", async () => {
    writeFileSync(file, `${configuration(["yzj"])}nonsense: 1\n`);
    worker.kill("SIGHUP");
    const refused = await told("config.refused");

    expect(refused).toContain("bida.yaml");
    writeFileSync(file, configuration(["yzj"]));
    expect(await confirmedAt("yzj")).toBe("confirmed");
  });
});

function configuration(accounts: readonly string[]): string {
  const account = (name: string): string =>
    `  ${name}: { platform: yunzhijia, baseUrl: "${sandbox.url}", allowHttp: true, appId: "500041933", appSecret: sandbox-app-secret }\n`;
  return `redis: { url: "${testRedisUrl()}", prefix: ${prefix} }\naccounts:\n${accounts.map(account).join("")}`;
}

async function told(event: string): Promise<string> {
  const found = await eventually(
    () => lines.find((line) => line.includes(`"${event}"`)),
    (line) => line !== undefined,
  );
  return found ?? "";
}

async function confirmedAt(account: string): Promise<string | undefined> {
  await producer?.close();
  const opened = createProducer({ config: loadConfig(file), onError: () => undefined });
  producer = opened;
  const result = await opened.enqueue({ ...aTodo(), account });
  if (result.kind !== "created") throw new Error(`not created: ${result.kind}`);
  const delivery = await eventually(
    () => opened.records(account)?.get(result.id),
    (found) => found != null && found !== "unreadable" && found.state.finishedAt !== undefined,
  );
  return delivery == null || delivery === "unreadable" ? undefined : delivery.state.status;
}
