/**
 * ARCHITECTURE section 5, leases, with worker processes that die or stand still while 200 of their sends are
 * under way. The end of a lease is put forward in
 * Redis here; pauses.test.ts waits for it.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { SEND_TIMES } from "../../src/pipeline/send-times.ts";
import { aTodo } from "../support/builders.ts";
import { enqueueAll } from "../support/deliveries.ts";
import { eventually } from "../support/eventually.ts";
import { WorkerProcesses, type WorkerProcess } from "../support/worker-process.ts";
import { startSystem, type System } from "../support/system.ts";
import { keysOf } from "../support/keys-of.ts";

const SENDS = 200;
/** Their answers come a second later: 100 s of the platform's clock. */
const answersLate = { fault: "slow-drip", totalMs: 100_000, pieces: 2 };

let system: System;
let workers: WorkerProcesses;
let leases: string;
beforeEach(async () => {
  const account = `concurrency: ${SENDS}\n    rate: { check: 5000/s, todo: 5000/s }`;
  system = await startSystem({ withoutWorker: true, account });
  workers = new WorkerProcesses(system.yaml);
  leases = keysOf(system).sendLeases;
});
afterEach(async () => {
  await workers.close();
  await system.close();
});

/** A worker, and its sends, which the platform has all stored and then answers as `fault` says. */
async function withAllStored(fault: object): Promise<{ worker: WorkerProcess; ids: string[] }> {
  await system.misbehave({ script: [{ ...fault, endpoint: "todo.create", times: SENDS }] });
  const worker = await workers.start();
  const todos = Array.from({ length: SENDS }, () => aTodo());
  const ids = await enqueueAll(system.producer, todos);
  await eventually(system.ledger, ({ todos }) => todos.length === SENDS);
  return { worker, ids };
}

/** What time does when nobody renews. */
async function leasesRunOut(): Promise<void> {
  const ids = await system.redis.zrange(leases, 0, "-1");
  await system.redis.zadd(leases, "XX", ...ids.flatMap((id) => [1, id]));
}

async function expectEachOnce(ids: readonly string[]): Promise<void> {
  const ended = await Promise.all(ids.map((id) => system.ended(id)));
  expect(ended.map(({ state }) => state.status)).toEqual(ids.map(() => "confirmed"));
  const { todos } = await system.ledger();
  expect(todos).toHaveLength(SENDS);
  expect(todos.filter(({ stores, repeats }) => stores !== 1 || repeats > 0)).toEqual([]);
}

it("a killed worker's sends are leased for ten seconds at most, and then verified by another one", async () => {
  const { worker, ids } = await withAllStored({ fault: "hang-after" });

  worker.child.kill("SIGKILL");
  await worker.exited;
  const until = await system.redis.zrange(leases, 0, "-1", "WITHSCORES");
  const [seconds = 0] = (await system.redis.time()).map(Number);
  await leasesRunOut();
  await workers.start();

  const latest = Math.max(...until.filter((_, index) => index % 2 === 1).map(Number));
  expect(until).toHaveLength(2 * SENDS);
  expect(latest).toBeLessThanOrEqual((seconds + 1) * 1_000 + SEND_TIMES.leaseMs);
  await expectEachOnce(ids);
});

it("a worker that was stopped finds its sends taken over, and changes nothing", async () => {
  const { worker, ids } = await withAllStored(answersLate);

  worker.child.kill("SIGSTOP");
  await leasesRunOut();
  await workers.start();
  await eventually(
    () => system.redis.zcard(leases),
    (leased) => leased === 0,
  );
  worker.child.kill("SIGCONT");

  await expectEachOnce(ids);
  const timelines = await Promise.all(ids.map((id) => system.store.timeline(id)));
  const sent = timelines.map((entries) => entries.filter(({ event }) => event === "sent"));
  expect(sent.map((entries) => entries.length)).toEqual(ids.map(() => 1));
});
