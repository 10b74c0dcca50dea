/**
 * A newcomer with the packages alone: `bida up`, then one todo by each way in, until it is proven; and each way once
 * with a wrong one, for the answer that it gives.
 */
import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pack } from "../../packaging/pack.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "bida-newcomer-"));
const project = join(folder, "project");
const bin = join(project, "node_modules/.bin/bida");

let up: ChildProcess;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  const packed = pack(join(folder, "dist"));
  mkdirSync(project);
  const dependencies = {
    bida: `file:${packed.bida}`,
    "bida-client": `file:${packed.client}`,
    bullmq: "6.7.0",
  };
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ name: "newcomer", private: true, type: "module", dependencies }),
  );
  execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"], {
    cwd: project,
    stdio: ["ignore", "ignore", "inherit"],
  });
  up = spawn(bin, ["up", "--json"], { cwd: project, stdio: ["ignore", "pipe", "inherit"], detached: true });
  if (up.stdout === null) throw new Error("it has no stdout");
  const [line] = (await once(createInterface({ input: up.stdout }), "line")) as [string];
  const { url, key, redis } = JSON.parse(line) as Record<"url" | "key" | "redis", string>;
  env = { ...process.env, BIDA_URL: url, BIDA_KEY: key, REDIS_URL: redis };
}, 400_000);
afterAll(async () => {
  const gone = once(up, "exit");
  up.kill("SIGTERM");
  await gone;
  rmSync(folder, { recursive: true, force: true });
});

const todo = (sourceId: string) => ({
  appId: "500041933",
  sourceId,
  title: "请假审批",
  headImg: "https://oa.example.com/leave.png",
  url: "https://oa.example.com/leave/1",
  params: [{ openId: "5a9090be44963150c2c059e6" }],
});
const order = (sourceId: string): string =>
  JSON.stringify({ account: "yzj", operation: "todo.create", payload: todo(sourceId) }, null, 2);
const WRONG = JSON.stringify({ account: "yzj", operation: "todo.create", payload: { title: 1 } });

interface Told {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

async function tell(command: string, args: readonly string[], stdin = ""): Promise<Told> {
  const running = run(command, [...args], { cwd: project, env });
  running.child.stdin?.end(stdin);
  try {
    const { stdout, stderr } = await running;
    return { status: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, out: stdout, err: stderr };
  }
}

/** Whichever way it came, its id leads to the proof. */
async function proven(id: string): Promise<void> {
  const { out } = await tell(bin, ["status", id, "--wait", "2m", "--json"]);
  expect(JSON.parse(out)).toMatchObject({
    status: "confirmed",
    recipients: [{ evidence: { kind: "check" } }],
  });
}

it("the command line: a delivery as a file, over several lines", async () => {
  const sent = await tell(bin, ["send"], order("cli"));
  await proven(sent.out.trim());

  const wrong = await tell(bin, ["send"], WRONG);
  expect([wrong.status, wrong.err]).toEqual([
    1,
    expect.stringContaining("/payload/title: expected string, got number"),
  ]);
});

it("curl", async () => {
  const post = async (body: string) => {
    const url = `${env["BIDA_URL"] ?? ""}/v1/deliveries`;
    const headers = [
      "-H",
      `Authorization: Bearer ${env["BIDA_KEY"] ?? ""}`,
      "-H",
      "Content-Type: application/json",
    ];
    const { out } = await tell("curl", ["-sS", url, ...headers, "-d", body]);
    return JSON.parse(out) as { id: string; code?: string; type?: string };
  };
  await proven((await post(order("curl"))).id);

  expect(await post(WRONG)).toMatchObject({ code: "invalid", type: "/docs/errors#invalid" });
});

it("redis-cli, in any language: XADD, and the answer on a stream", async () => {
  const redis = async (...args: string[]) => tell("redis-cli", ["-u", env["REDIS_URL"] ?? "", ...args]);
  await redis("XADD", "bida:intake", "*", "order", order("xadd"), "reply", "bida:reply:me");
  await redis("XADD", "bida:intake", "*", "order", WRONG, "reply", "bida:reply:me");
  await redis("XADD", "bida:intake", "*", "ordre", WRONG, "reply", "bida:reply:me");
  await expect
    .poll(async () => (await redis("XLEN", "bida:reply:me")).out.trim(), { timeout: 80_000 })
    .toBe("3");

  const answers = (await redis("XRANGE", "bida:reply:me", "-", "+")).out;
  await proven(/^(d-\S+)$/m.exec(answers)?.[1] ?? "");
  expect(answers).toContain("/payload/title");
  expect(answers).toContain("expected a field `order`");
  expect((await tell(bin, ["intake", "refused", "--json"])).out).toContain("stream bida:intake");
});

const QUEUE = `
import { FlowProducer, Queue, QueueEvents } from "bullmq";
const connection = { url: process.env.REDIS_URL };
const queue = new Queue("bida-intake", { connection });
const events = new QueueEvents("bida-intake", { connection });
await events.waitUntilReady();
const payload = (sourceId) => ({ ...${JSON.stringify(todo(""))}, sourceId });
const data = (sourceId) => ({ account: "yzj", payload: payload(sourceId) });
`;
const script = async (text: string): Promise<Told> =>
  tell(process.execPath, ["--input-type=module", "-e", text]);

it("a BullMQ job: single, delayed, prioritised, in a flow", async () => {
  const { out } = await script(`${QUEUE}
const jobs = [
  await queue.add("todo.create", data("job")),
  await queue.add("todo.create", data("delayed"), { delay: 100 }),
  await queue.add("todo.create", data("prioritised"), { priority: 5 }),
  (await new FlowProducer({ connection }).add({ name: "todo.create", queueName: "bida-intake", data: data("parent"),
    children: [{ name: "todo.create", queueName: "bida-intake", data: data("child") }] })).job,
];
const results = [];
for (const job of jobs) results.push(await job.waitUntilFinished(events));
const wrong = await queue.add("todo.create", { account: "yzj", payload: { title: 1 } });
const why = await wrong.waitUntilFinished(events).catch((error) => error.message);
console.log(JSON.stringify({ results, why }));
process.exit(0);`);
  const { results, why } = JSON.parse(out) as { results: { kind: string; id: string }[]; why: string };

  expect(results.map(({ kind }) => kind)).toEqual(["created", "created", "created", "created"]);
  expect(why).toContain("/payload/title: expected string, got number");
  await proven(results[0]?.id ?? "");
});

it("ten thousand jobs in bulk are all acknowledged", async () => {
  const { out } = await script(`${QUEUE}
for (let at = 0; at < 10000; at += 1000)
  await queue.addBulk(Array.from({ length: 1000 }, (_, n) => ({ name: "todo.create", data: { ...data("bulk-" + (at + n)), sendAt: Date.now() + 3_600_000 } })));
let waiting = 1;
while (waiting > 0) {
  await new Promise((resolve) => setTimeout(resolve, 200));
  const { wait, active, prioritized, delayed } = await queue.getJobCounts("wait", "active", "prioritized", "delayed");
  waiting = wait + active + prioritized + delayed;
}
const { completed, failed } = await queue.getJobCounts("completed", "failed");
console.log(JSON.stringify({ completed, failed }));
process.exit(0);`);

  // The queue keeps the last ten thousand that are completed.
  expect(JSON.parse(out)).toEqual({ completed: 10_000, failed: 1 });
}, 240_000);

it("a Node program", async () => {
  const { out } = await script(`
import { BidaClient } from "bida-client";
const bida = new BidaClient({ url: process.env.BIDA_URL, key: process.env.BIDA_KEY });
const { id } = await bida.send(${order("node")});
const { status, recipients } = await bida.waitUntilFinished(id);
const error = await bida.send(${WRONG}).catch((error) => error);
console.log(JSON.stringify({ status, evidence: recipients[0].evidence.kind, message: error.message }));`);

  expect(JSON.parse(out)).toEqual({
    status: "confirmed",
    evidence: "check",
    message: expect.stringMatching(/^400 invalid: 6 fields are wrong/) as string,
  });
});
