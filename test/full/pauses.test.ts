/**
 * The pauses that the engine is built for, as long as they are: a worker that stands still, a Redis that is
 * away or slow, a worker that is killed. `npm run full`; not in `npm test`, because they take minutes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startPrivateRedis, type PrivateRedis } from "../../src/dev/private-redis/private-redis.ts";
import { aTodo } from "../support/builders.ts";
import { enqueueAll } from "../support/deliveries.ts";
import { eventually } from "../support/eventually.ts";
import { WorkerProcesses } from "../support/worker-process.ts";
import { startSystem, type System } from "../support/system.ts";

const SENDS = 200;
/** Longer than a lease, than an answer is waited for, and than a look. */
const PAUSE_MS = 15_000;

let redis: PrivateRedis;
let system: System;
let workers: WorkerProcesses;
beforeEach(async () => {
  redis = await startPrivateRedis({ appendfsync: "always" });
  const account = `concurrency: ${SENDS}\n    rate: { check: 5000/s, todo: 5000/s }`;
  system = await startSystem({ redisUrl: redis.url, withoutWorker: true, account });
  workers = new WorkerProcesses(system.yaml);
});
afterEach(async () => {
  await workers.close();
  await system.close();
  await redis.stop();
});

async function enqueued(count: number): Promise<string[]> {
  return enqueueAll(
    system.producer,
    Array.from({ length: count }, () => aTodo()),
  );
}

/** Each is proven, and the platform has stored each once. */
async function expectEachOnce(ids: readonly string[]): Promise<void> {
  const ended = await Promise.all(ids.map((id) => system.ended(id, 120_000)));
  expect(ended.map(({ state }) => state.status)).toEqual(ids.map(() => "confirmed"));
  const { todos } = await system.ledger();
  expect(todos).toHaveLength(ids.length);
  expect(todos.filter(({ stores, repeats }) => stores !== 1 || repeats > 0)).toEqual([]);
}

const answersLate = { fault: "slow-drip", endpoint: "todo.create", totalMs: 50_000, pieces: 2, times: SENDS };

async function someAtThePlatform(least: number): Promise<void> {
  await eventually(system.ledger, ({ todos }) => todos.length >= least);
}

function stopped(pid: number | null | undefined): { goOn: () => void } {
  if (pid == null) throw new Error("this test needs a process of its own");
  process.kill(pid, "SIGSTOP");
  return { goOn: () => void process.kill(pid, "SIGCONT") };
}

it("a worker that is stopped while some of its sends have left and some have not sends nothing twice", async () => {
  await system.misbehave({ script: [answersLate] });
  const worker = await workers.start();
  const ids = await enqueued(2 * SENDS);
  await someAtThePlatform(SENDS / 4);

  const { goOn } = stopped(worker.child.pid);
  await workers.start();
  await sleep(PAUSE_MS);
  goOn();

  await expectEachOnce(ids);
}, 180_000);

it("a single worker that is stopped finds its own leases expired, and sends nothing twice", async () => {
  await system.misbehave({ script: [answersLate] });
  const worker = await workers.start();
  const ids = await enqueued(2 * SENDS);
  await someAtThePlatform(SENDS / 4);

  const { goOn } = stopped(worker.child.pid);
  await sleep(PAUSE_MS);
  goOn();

  await expectEachOnce(ids);
}, 180_000);

it("a killed worker's sends are taken over when their leases expire", async () => {
  await system.misbehave({
    script: [{ fault: "hang-after", endpoint: "todo.create", times: SENDS / 4 }],
  });
  const worker = await workers.start();
  const ids = await enqueued(SENDS);
  await someAtThePlatform(SENDS / 4);
  await workers.start();

  worker.child.kill("SIGKILL");

  await expectEachOnce(ids);
}, 180_000);

it.each([
  ["slow", 5_500],
  ["away", PAUSE_MS],
])(
  "a Redis that is %s for %d ms costs time, and nothing is sent twice",
  async (_, pauseMs) => {
    await system.misbehave({ script: [answersLate] });
    await workers.start();
    await workers.start();
    const ids = await enqueued(2 * SENDS);
    await someAtThePlatform(SENDS / 4);

    const { goOn } = stopped(redis.pid);
    await sleep(pauseMs);
    goOn();

    await expectEachOnce(ids);
  },
  180_000,
);
