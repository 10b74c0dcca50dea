/**
 * Scale as docs/operating.md has it: a Redis Cluster of three masters over which the accounts spread, six worker
 * processes, and one of them killed in the middle. Everything is confirmed, and nothing is there twice.
 */
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createProducer, type Producer } from "../../src/app/producer.ts";
import { parseConfig } from "../../src/config/config.ts";
import type { Delivery } from "../../src/delivery/record.ts";
import { startSandbox, type Sandbox } from "../../src/sandbox/server.ts";
import { aTodo } from "../support/builders.ts";
import { endedDelivery, enqueueNew, storeOf } from "../support/deliveries.ts";
import { eventually } from "../support/eventually.ts";
import { FAST, TIME_SCALE } from "../support/pace.ts";
import { aPrefix } from "../support/redis.ts";
import { sandboxControl } from "../support/sandbox-control.ts";
import type { LedgerTodo } from "../support/system.ts";
import { startCluster, type Topology } from "../support/topologies.ts";
import { WorkerProcesses } from "../support/worker-process.ts";

const ACCOUNTS = ["yzj", "north", "south", "east", "west", "harbour", "airport", "valley"];
const OF_EACH = 20;
const WORKERS = 6;

const prefix = aPrefix();
let cluster: Topology;
let sandbox: Sandbox;
let producer: Producer;
let workers: WorkerProcesses;
beforeAll(async () => {
  [cluster, sandbox] = await Promise.all([startCluster(), startSandbox({ timeScale: TIME_SCALE })]);
  const yaml = configuration();
  producer = createProducer({
    config: parseConfig(yaml, { path: "fleet.yaml", env: {} }),
    tuning: FAST,
    onError: () => undefined,
  });
  workers = new WorkerProcesses(yaml);
});
afterAll(async () => {
  await workers.close();
  await producer.close();
  await Promise.all([sandbox.close(), cluster.stop()]);
});

function configuration(): string {
  const account = `{ platform: yunzhijia, baseUrl: "${sandbox.url}", allowHttp: true, appId: "500041933", appSecret: sandbox-app-secret }`;
  return `redis: { cluster: ${JSON.stringify(cluster.urls)}, prefix: ${prefix} }
accounts:
${ACCOUNTS.map((name) => `  ${name}: ${account}\n`).join("")}`;
}

const ledger = async (): Promise<readonly LedgerTodo[]> =>
  (await sandboxControl(sandbox)<{ todos: LedgerTodo[] }>("ledger")).todos;

it("six workers on three masters confirm everything once, though one of them is killed in the middle", async () => {
  const fleet = await Promise.all(Array.from({ length: WORKERS }, () => workers.start()));
  const orders = ACCOUNTS.flatMap((account) =>
    Array.from({ length: OF_EACH }, () => ({ ...aTodo(), account })),
  );

  const enqueued = orders.map(async (order) => ({
    account: order.account,
    id: await enqueueNew(producer, order),
  }));
  await eventually(ledger, (todos) => todos.length >= orders.length / 4);
  fleet[0]?.child.kill("SIGKILL");
  const ids = await Promise.all(enqueued);
  // One after the other: whoever looks at all of them at once keeps the workers from their Redis.
  const ended: Delivery[] = [];
  for (const { account, id } of ids) ended.push(await endedDelivery(storeOf(producer, account), id));

  expect(new Set(ended.map(({ state }) => state.status))).toEqual(new Set(["confirmed"]));
  const todos = await ledger();
  expect(todos).toHaveLength(orders.length);
  expect(todos.filter(({ stores, repeats }) => stores !== 1 || repeats !== 0)).toEqual([]);
  expect(await mastersWithAccounts()).toBe(3);
  // How many share it is a matter of the machine's speed: a worker that has room takes all that is due.
  const didWork = /"delivery\.(?:sent|ended)"/;
  const busy = fleet.filter(({ lines }) => lines.some((line) => didWork.test(line)));
  expect(busy.length).toBeGreaterThan(1);
});

async function mastersWithAccounts(): Promise<number> {
  const counts = await Promise.all(
    cluster.nodes.map(async ({ url }) => {
      const redis = new Redis(url);
      const keys = await redis.keys(`${prefix}:{*}:*`);
      redis.disconnect();
      return keys.length;
    }),
  );
  return counts.filter((count) => count > 0).length;
}
