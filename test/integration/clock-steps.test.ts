/**
 * ARCHITECTURE section 1, promise 8: a worker's wall clock is set forward or back while it works. Nothing is sent
 * twice, nothing dies before its time, and no timer is lost.
 */
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { WorkerProcesses } from "../support/worker-process.ts";
import { startWorld, type World } from "../support/world.ts";

const STEPS = fileURLToPath(new URL("../support/clock-steps.ts", import.meta.url));
const COUNT = 10;
const DAY_AND_AN_HOUR = 25 * 3_600_000;
const FIVE_MINUTES = 300_000;

let world: World;
let workers: WorkerProcesses;
beforeEach(async () => {
  // Stored, and shown two seconds later: long enough to be verified across the step.
  world = await startWorld({
    withoutWorker: true,
    faults: { script: [{ fault: "late", endpoint: "todo.create", lateMs: 2_000 * 50, times: -1 }] },
    policy: "visibilityLagMs: 200000",
    account: "rate: { todo: 1000/s, check: 1000/s }",
  });
  workers = new WorkerProcesses(world.yaml);
});
afterEach(async () => {
  await workers.close();
  await world.close();
});

it.each([
  ["25 hours forward and back again", [DAY_AND_AN_HOUR, -DAY_AND_AN_HOUR]],
  ["five minutes back and forward again", [-FIVE_MINUTES, FIVE_MINUTES]],
])("the clock of a worker is set %s: all is confirmed, once", async (_how, steps) => {
  const worker = await workers.start({ BIDA_TEST_STEPS: steps.join(" ") }, ["--import", STEPS]);
  const results = await world.producer.enqueueBatch(Array.from({ length: COUNT }, () => aTodo()));
  const ids = results.map((result) => ("id" in result ? result.id : ""));
  await eventually(
    () => world.store.count("confirming"),
    (count) => count === COUNT,
  );

  for (const _step of steps) {
    const told = worker.lines.filter((line) => line.includes("test.stepped")).length;
    const checks = (await world.ledger()).calls["todo.check"] ?? 0;
    worker.child.kill("SIGUSR2");
    await eventually(
      () => worker.lines.filter((line) => line.includes("test.stepped")).length,
      (count) => count > told,
    );
    await eventually(
      async () => (await world.ledger()).calls["todo.check"] ?? 0,
      (count) => count >= checks + COUNT,
    );
  }
  const ended = await Promise.all(ids.map((id) => world.ended(id)));

  expect(ended.map(({ state }) => state.status)).toEqual(ids.map(() => "confirmed"));
  expect((await world.ledger()).todos.filter(({ stores, repeats }) => stores !== 1 || repeats !== 0)).toEqual(
    [],
  );
});
