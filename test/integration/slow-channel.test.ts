/**
 * A channel whose rounds take long, through the pages of a slow list say, holds up no other channel of its account.
 */
import { afterEach, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { keysOf } from "../support/keys-of.ts";
import { sandboxControl } from "../support/sandbox-control.ts";
import { a, aMeeting } from "../support/schedules.ts";
import { startSystem, type System } from "../support/system.ts";

/** As many rounds of one channel as a worker has at once. */
const ROUNDS = 4;
const LISTS = ["schedule.queryByDay", "schedule.teamWorks", "schedule.detail"];

let system: System;
afterEach(async () => {
  await system.close();
});

it("todos are proven while every list of schedules is silent", async () => {
  system = await startSystem({ lookup: "lists" });
  await system.misbehave({ script: LISTS.map((endpoint) => ({ fault: "hang", endpoint, times: -1 })) });
  for (let rounds = 1; rounds <= ROUNDS + 1; rounds += 1) {
    await system.enqueue(a("create", aMeeting(`meeting ${rounds}`)));
    await eventually(listsUnderWay, (calls) => calls >= Math.min(rounds, ROUNDS));
  }

  const { state } = await system.ended(await system.enqueue(aTodo()), 5_000);

  expect(state.status).toBe("confirmed");
  // None of them has come back yet: a list is given up after ten seconds.
  expect(await system.store.count("confirming")).toBe(ROUNDS + 1);
  // Ends the silence, for which the worker would wait.
  await system.sandbox.close();
});

async function listsUnderWay(): Promise<number> {
  const calls = await sandboxControl(system.sandbox)<{ endpoint: string }[]>("calls?since=0");
  return calls.filter(({ endpoint }) => LISTS.includes(endpoint)).length;
}

const BACKLOG = 1_500;

async function dueSince(at: number, { family, count }: { family: string; count: number }): Promise<void> {
  const keys = keysOf(system);
  const pipeline = system.redis.pipeline();
  for (let number = 0; number < count; number += 1) {
    const id = `${family}-${String(number).padStart(4, "0")}`;
    pipeline.hset(keys.delivery(id), { version: 1, family, payload: "{}" }).zadd(keys.confirmDue, at, id);
  }
  await pipeline.exec();
}

async function leased(fullFamilies: readonly string[]): Promise<{ ids: string[]; isCrowded: boolean }> {
  const asked = { most: 2, leaseMs: 60_000, probeLeaseMs: 60_000, withSuspects: true, fullFamilies };
  const { checks, isCrowded } = await system.store.leaseChecks(asked);
  return { ids: checks.map(({ id }) => id), isCrowded };
}

it("a backlog of a channel without room is skipped, and is checked when there is room", async () => {
  system = await startSystem({ withoutWorker: true });
  await dueSince(1, { family: "schedule", count: BACKLOG });
  await dueSince(2, { family: "todo", count: 3 });

  const looks = [];
  for (let number = 0; number < 3; number += 1) looks.push(await leased(["schedule"]));
  await dueSince(2, { family: "other", count: 1 });
  const later = [await leased(["schedule"]), await leased(["schedule"])];

  expect(looks).toEqual([
    { ids: [], isCrowded: true },
    { ids: ["todo-0000", "todo-0001"], isCrowded: true },
    { ids: ["todo-0002"], isCrowded: true },
  ]);
  expect(later.flatMap(({ ids }) => ids)).toEqual(["other-0000"]);
  expect(await leased(["other"])).toEqual({ ids: ["schedule-0000", "schedule-0001"], isCrowded: false });
  expect(await leased([])).toEqual({ ids: ["schedule-0002", "schedule-0003"], isCrowded: false });
});

it("deliveries that leave a skipped backlog hide none behind them", async () => {
  system = await startSystem({ withoutWorker: true });
  const crowd = Array.from({ length: 3_000 }, (_, number) => `schedule-${number}`);
  const keys = keysOf(system);
  const pipeline = system.redis.pipeline();
  for (const [at, id] of crowd.entries()) {
    pipeline.hset(keys.delivery(id), { version: 1, family: "schedule" }).zadd(keys.confirmDue, at, id);
  }
  await pipeline.exec();
  await dueSince(1_500, { family: "todo", count: 1 });

  expect(await leased(["schedule"])).toEqual({ ids: [], isCrowded: true });
  // Another worker, which has room for them, takes those that were passed.
  await system.redis.zremrangebyscore(keys.confirmDue, 0, 999);

  expect(await leased(["schedule"])).toEqual({ ids: ["todo-0000"], isCrowded: true });
});
