/**
 * ARCHITECTURE section 1, promise 8: a worker's wall clock is set forward or back while it works. Nothing is sent
 * twice, nothing dies before its time, and no timer is lost.
 */
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { WorkerProcesses } from "../support/worker-process.ts";
import { startSystem, type System } from "../support/system.ts";

const STEPS = fileURLToPath(new URL("../support/clock-steps.ts", import.meta.url));
const COUNT = 10;
const DAY_AND_AN_HOUR = 25 * 3_600_000;
const FIVE_MINUTES = 300_000;

let system: System;
let workers: WorkerProcesses;
beforeEach(async () => {
  // Stored, and shown two seconds later: long enough to be verified across the step.
  system = await startSystem({
    withoutWorker: true,
    faults: { script: [{ fault: "late", endpoint: "todo.create", lateMs: 2_000 * 50, times: -1 }] },
    policy: "visibilityLagMs: 200000",
    account: "rate: { todo: 1000/s, check: 1000/s }",
  });
  workers = new WorkerProcesses(system.yaml);
});
afterEach(async () => {
  await workers.close();
  await system.close();
});

it.each([
  ["25 hours forward and back again", [DAY_AND_AN_HOUR, -DAY_AND_AN_HOUR]],
  ["five minutes back and forward again", [-FIVE_MINUTES, FIVE_MINUTES]],
])("the clock of a worker is set %s: all is confirmed, once", async (_how, steps) => {
  const worker = await workers.start({ BIDA_TEST_STEPS: steps.join(" ") }, ["--import", STEPS]);
  const results = await system.producer.enqueueBatch(Array.from({ length: COUNT }, () => aTodo()));
  const ids = results.map((result) => ("id" in result ? result.id : ""));
  await eventually(
    () => system.store.count("confirming"),
    (count) => count === COUNT,
  );

  for (const _step of steps) {
    const told = worker.lines.filter((line) => line.includes("test.stepped")).length;
    const checks = (await system.ledger()).calls["todo.check"] ?? 0;
    worker.child.kill("SIGUSR2");
    await eventually(
      () => worker.lines.filter((line) => line.includes("test.stepped")).length,
      (count) => count > told,
    );
    await eventually(
      async () => (await system.ledger()).calls["todo.check"] ?? 0,
      (count) => count >= checks + COUNT,
    );
  }
  const ended = await Promise.all(ids.map((id) => system.ended(id)));

  expect(ended.map(({ state }) => state.status)).toEqual(ids.map(() => "confirmed"));
  expect(
    (await system.ledger()).todos.filter(({ stores, repeats }) => stores !== 1 || repeats !== 0),
  ).toEqual([]);
});
