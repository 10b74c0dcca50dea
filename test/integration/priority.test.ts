/**
 * Priorities: 0 is served first. What is urgent overtakes what waits in the same account, and nothing
 * overtakes in its own lane.
 */
import { afterEach, describe, expect, it } from "vitest";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { sandboxControl } from "../support/sandbox-control.ts";
import { startSystem, type System } from "../support/system.ts";
import { keysOf } from "../support/keys-of.ts";

let system: System;
afterEach(async () => system.close());

const CONCURRENCY = 2;
/** Slow enough for a backlog; the few sends that workers hold already are not overtaken. */
const SLOW = `concurrency: ${CONCURRENCY}\n    rate: { todo: 40/s, check: 1000/s }`;
const IN_HAND = CONCURRENCY * 2;
const URGENT = 0;
const USUAL = 5;
const BULK = 100;

describe("a backlog behind a slow rate", () => {
  it("is overtaken by later deliveries that are more urgent", async () => {
    system = await startSystem({ account: SLOW });
    await enqueueAll(some(60, "bulk", BULK));
    await eventually(sent, ({ length }) => length >= 5);
    const sentBefore = (await sent()).length;

    await enqueueAll(some(10, "urgent", URGENT));
    await eventually(sent, ({ length }) => length === 70);

    const overtaken = before("urgent", "bulk", await sent());
    expect(overtaken).toBeLessThanOrEqual(sentBefore + 10 + IN_HAND);
  });

  it("is sent in the order of its priorities, whatever the order of its arrival", async () => {
    system = await startSystem({ account: SLOW, withoutWorker: true });
    await enqueueAll([...some(15, "bulk", BULK), ...some(15, "usual", USUAL), ...some(15, "urgent", URGENT)]);

    await system.startWorker();
    await eventually(sent, ({ length }) => length === 45);

    const order = await sent();
    expect(before("urgent", "usual", order)).toBeLessThanOrEqual(IN_HAND);
    expect(before("usual", "bulk", order)).toBeLessThanOrEqual(IN_HAND);
  });

  it("is not overtaken by a lane of bulk whose urgent head has ended", async () => {
    system = await startSystem({ account: SLOW, withoutWorker: true });
    const lane = [...some(1, "head", URGENT), ...some(20, "bulk", BULK)];
    await enqueueAll([...lane.map((input) => ({ ...input, lane: "bulk" })), ...some(60, "usual", USUAL)]);

    await system.startWorker();
    await eventually(sent, (order) => count("usual", order) === 60);

    expect(before("usual", "bulk", await sent())).toBeLessThanOrEqual(IN_HAND);
  });

  it("keeps its order when BullMQ's keys are lost", async () => {
    system = await startSystem({ account: SLOW, withoutWorker: true });
    await enqueueAll([...some(30, "bulk", BULK), ...some(15, "urgent", URGENT)]);
    const keys = await system.redis.keys(`${keysOf(system).base}bull:*`);
    if (keys.length > 0) await system.redis.del(...keys);

    await system.startWorker();
    await eventually(sent, ({ length }) => length === 45);

    expect(before("urgent", "bulk", await sent())).toBeLessThanOrEqual(IN_HAND);
  });
});

it("within a lane the most urgent waits for those before it", async () => {
  system = await startSystem({ withoutWorker: true });
  const inputs = [BULK, USUAL, URGENT, USUAL].map((priority, index) => ({
    ...aTodo({ sourceId: `lane-${index}` }),
    lane: "one",
    priority,
  }));
  await enqueueAll(inputs);

  await system.startWorker();

  await eventually(sent, ({ length }) => length === inputs.length);
  expect(await sent()).toEqual(inputs.map(({ payload }) => payload["sourceId"]));
});

let made = 0;

function some(length: number, name: string, priority: number): EnqueueInput[] {
  return Array.from({ length }, () => {
    made += 1;
    return { ...aTodo({ sourceId: `${name}-${made}` }), priority };
  });
}

async function enqueueAll(inputs: readonly EnqueueInput[]): Promise<void> {
  const results = await system.producer.enqueueBatch(inputs);
  expect(results.filter(({ kind }) => kind !== "created")).toEqual([]);
}

/** What arrived at the platform, in its order. */
async function sent(): Promise<string[]> {
  const calls = await sandboxControl(system.sandbox)<{ entity: string }[]>("calls?endpoint=todo.create");
  return calls.map(({ entity }) => entity);
}

function count(name: string, order: readonly string[]): number {
  return order.filter((entity) => entity.startsWith(name)).length;
}

/** How many of `others` were sent before the last of `name`. */
function before(name: string, others: string, order: readonly string[]): number {
  const last = order.findLastIndex((entity) => entity.startsWith(name));
  return count(others, order.slice(0, last));
}
