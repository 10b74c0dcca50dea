/**
 * ARCHITECTURE section 1, promise 3: a worker that dies between the platform's answer and its record has made
 * the outcome unknown, also for the next worker.
 */
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { WorkerProcesses } from "../support/worker-process.ts";
import { startSystem, type System } from "../support/system.ts";

let system: System;
let workers: WorkerProcesses;
beforeEach(async () => {
  system = await startSystem({ withoutWorker: true });
  workers = new WorkerProcesses(system.yaml);
});
afterEach(async () => {
  await workers.close();
  await system.close();
});

it("a worker killed after the platform stored: the next one verifies, and sends nothing again", async () => {
  await system.misbehave({ script: [{ fault: "hang-after", endpoint: "todo.create" }] });
  const first = await workers.start();
  const id = await system.enqueue(aTodo());
  await eventually(system.ledger, ({ todos }) => todos.length === 1);

  first.child.kill("SIGKILL");
  await first.exited;
  await workers.start();
  const { state } = await system.ended(id);

  expect(state).toMatchObject({ status: "confirmed", sends: 1, interruptions: 1 });
  expect((await system.ledger()).todos).toMatchObject([{ stores: 1, repeats: 0 }]);
  expect(await system.store.timeline(id)).toContainEqual(
    expect.objectContaining({ event: "sent", outcome: "unknown (interrupted)" }),
  );
});

it("a worker that ends by a fault of its own: the same, and the fault is the last line of its log", async () => {
  await system.misbehave({ script: [{ fault: "hang-after", endpoint: "todo.create" }] });
  const faulty = fileURLToPath(new URL("../fixtures/crash-on-signal.mjs", import.meta.url));
  const first = await workers.start({}, ["--import", faulty]);
  const id = await system.enqueue(aTodo());
  await eventually(system.ledger, ({ todos }) => todos.length === 1);

  first.child.kill("SIGUSR2");
  expect(await first.exited).toBe(1);
  await first.told("process.crashed");
  await workers.start();
  const { state } = await system.ended(id);

  expect(state).toMatchObject({ status: "confirmed", sends: 1, interruptions: 1 });
  expect(first.lines.at(-1)).toContain('"event":"process.crashed"');
});

it("a worker killed while it checks: the lease is taken over, and the check is made again", async () => {
  await system.misbehave({ script: [{ fault: "hang", endpoint: "todo.check" }] });
  const first = await workers.start();
  const id = await system.enqueue(aTodo());
  await eventually(system.ledger, ({ calls }) => (calls["todo.check"] ?? 0) > 0);

  first.child.kill("SIGKILL");
  await first.exited;
  await workers.start();
  const { state } = await system.ended(id);

  expect(state).toMatchObject({ status: "confirmed", sends: 1 });
});
