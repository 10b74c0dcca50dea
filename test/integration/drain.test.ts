/**
 * SIGTERM under load: what is in flight is finished, nothing becomes unknown, the rest is another
 * worker's at once.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { enqueueAll } from "../support/deliveries.ts";
import { eventually } from "../support/eventually.ts";
import { WorkerProcesses } from "../support/worker-process.ts";
import { startSystem, type System } from "../support/system.ts";

let system: System;
let workers: WorkerProcesses;
beforeEach(async () => {
  system = await startSystem({ withoutWorker: true, account: "concurrency: 20" });
  workers = new WorkerProcesses(system.yaml);
});
afterEach(async () => {
  await workers.close();
  await system.close();
});

/** Answers trickle: 100 s of the platform are 2 s of the tests, so sends are in flight when SIGTERM comes. */
const SLOW = {
  random: { rates: { "slow-drip": 1 }, endpoints: ["todo.create"], parameters: { totalMs: 100_000 } },
};

describe("SIGTERM under load", () => {
  it("ends with 0 after what was in flight, and leaves no unknown send behind", async () => {
    await system.misbehave(SLOW);
    const first = await workers.start();
    const ids = await enqueueAll(
      system.producer,
      Array.from({ length: 100 }, () => aTodo()),
    );
    await eventually(system.ledger, ({ calls }) => (calls["todo.create"] ?? 0) >= 20);

    first.child.kill("SIGTERM");
    expect(await first.exited).toBe(0);
    await system.misbehave({ clear: true });
    await workers.start();
    const ended = await Promise.all(ids.map((id) => system.ended(id)));

    expect(ended.map(({ state }) => state.status)).toEqual(ids.map(() => "confirmed"));
    expect(ended.filter(({ state }) => state.interruptions > 0 || state.sends !== 1)).toEqual([]);
    expect(first.lines.filter((line) => line.includes("unknown"))).toEqual([]);
  });

  it("a second SIGTERM leaves at once, and the next worker verifies what was in flight", async () => {
    await system.misbehave({ script: [{ fault: "hang-after", endpoint: "todo.create" }] });
    const first = await workers.start();
    const id = await system.enqueue(aTodo());
    await eventually(system.ledger, ({ todos }) => todos.length === 1);

    first.child.kill("SIGTERM");
    await first.told("worker.draining");
    first.child.kill("SIGTERM");
    expect(await first.exited).toBe(1);
    await workers.start();
    const { state } = await system.ended(id);

    expect(state).toMatchObject({ status: "confirmed", sends: 1 });
  });
});
