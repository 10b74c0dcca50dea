/**
 * Workers whose clocks disagree. What workers share is timed by Redis' clock, so that a machine five
 * minutes ahead (NTP off, a resumed virtual machine) breaks no order and no limit.
 */
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import { aTodo } from "../support/builders.ts";
import { sandboxControl } from "../support/sandbox-control.ts";
import { WorkerProcesses, type WorkerProcess } from "../support/worker-process.ts";
import { startSystem, TIME_SCALE, type System } from "../support/system.ts";

const AHEAD = fileURLToPath(new URL("../support/clock-ahead.ts", import.meta.url));
const LANES = 6;
const IN_A_LANE = 8;
/** More than five, so that the check limit of one todo bites. */
const RECIPIENTS = Array.from({ length: 12 }, (_, index) => `p${index}`);

let system: System;
let workers: WorkerProcesses;
beforeEach(async () => {
  // A rate that makes sends wait, and waits that the platform asks for, in both forms.
  const wait = { endpoint: "todo.create", retryAfterSeconds: 1 };
  system = await startSystem({
    withoutWorker: true,
    account: "concurrency: 4\n    rate: { todo: 40/s, check: 1000/s }",
    faults: {
      script: [
        { fault: "throttled", ...wait, httpDate: true, times: 2 },
        { fault: "throttled", ...wait },
      ],
    },
  });
  workers = new WorkerProcesses(system.yaml);
});
afterEach(async () => {
  await workers.close();
  await system.close();
});

it("two workers, one five minutes ahead, keep lane order and the check limit, and confirm it all", async () => {
  const [onTime, ahead] = await Promise.all([workers.start(), workers.start({}, ["--import", AHEAD])]);
  const inputs = interleaved();

  const results = await system.producer.enqueueBatch([...inputs, aTodo({}, RECIPIENTS)]);
  const ids = results.map((result) => ("id" in result ? result.id : ""));
  const ended = await Promise.all(ids.map((id) => system.ended(id)));

  // The play was as announced: five minutes lie between two workers that both sent.
  const apart = lastMoment(ahead) - lastMoment(onTime);
  expect(Math.round(apart / 60_000)).toBe(5);
  for (const { lines } of [onTime, ahead]) expect(lines.join("\n")).toContain('"delivery.sent"');

  expect(ended.map(({ state }) => state.status)).toEqual(ids.map(() => "confirmed"));
  const { todos, violations } = await system.ledger();
  expect(todos.filter(({ stores, repeats }) => stores !== 1 || repeats !== 0)).toEqual([]);
  expect(await orderByLane()).toEqual(Object.groupBy(inputs.map(sourceIdOf), laneOf));
  expect(violations["checkOverLimit"] ?? 0).toBe(0);
  expect(await mostChecksInAWindow()).toBeLessThanOrEqual(5);
});

/** Deliveries of several lanes, taking turns. */
function interleaved(): EnqueueInput[] {
  return Array.from({ length: LANES * IN_A_LANE }, (_, index) => {
    const lane = `lane${index % LANES}`;
    return { ...aTodo({ sourceId: `${lane}:${index}` }), lane };
  });
}

function sourceIdOf({ payload }: EnqueueInput): string {
  return String(payload["sourceId"]);
}

function laneOf(sourceId: string): string {
  return sourceId.split(":")[0] ?? "";
}

/** What the platform stored, by lane, in the order in which it did. */
async function orderByLane(): Promise<Partial<Record<string, string[]>>> {
  const { todos } = await system.ledger();
  const stored = todos
    .filter(({ sourceId }) => sourceId.startsWith("lane"))
    .toSorted((a, b) => (a.history[0]?.seq ?? 0) - (b.history[0]?.seq ?? 0));
  return Object.groupBy(
    stored.map(({ sourceId }) => sourceId),
    laneOf,
  );
}

async function mostChecksInAWindow(): Promise<number> {
  const calls = await sandboxControl(system.sandbox)<{ at: number; entity: string }[]>(
    "calls?endpoint=todo.check",
  );
  const windowMs = 60_000 * TIME_SCALE;
  const crowds = Object.values(Object.groupBy(calls, ({ entity }) => entity)).flatMap((asked = []) =>
    asked.map(({ at: from }) => asked.filter(({ at }) => at >= from && at < from + windowMs).length),
  );
  return Math.max(...crowds);
}

/** Of what it logged, by its own clock. */
function lastMoment({ lines }: WorkerProcess): number {
  const { time } = JSON.parse(lines.at(-1) ?? "{}") as { time: string };
  return Date.parse(time);
}
