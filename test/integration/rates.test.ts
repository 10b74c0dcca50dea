/**
 * An account's rate holds for all its workers together, measured where it counts: at the platform.
 */
import { request } from "undici";
import { afterEach, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { enqueueAll } from "../support/deliveries.ts";
import { sandboxControl } from "../support/sandbox-control.ts";
import { startSystem, TIME_SCALE, type System } from "../support/system.ts";

let system: System;
afterEach(async () => system.close());

const PER_SECOND = 50;
/**
 * Rates are kept by departure: calls that left in order may arrive together when a busy machine holds
 * them up. Without a rate all 120 would arrive at once.
 */
const HELD_UP_AT_MOST = 48;

it("two workers together keep the rate between any two of their sends, with a backlog behind them", async () => {
  system = await startSystem({
    withoutWorker: true,
    account: `rate: { todo: ${PER_SECOND}/s, check: 1000/s }`,
  });
  const ids = await enqueued(120);
  await Promise.all([system.startWorker(), system.startWorker()]);
  await Promise.all(ids.map((id) => system.ended(id)));

  const times = await sendTimes();

  expect(times).toHaveLength(ids.length);
  expect(excessOver(PER_SECOND, times)).toBeLessThanOrEqual(HELD_UP_AT_MOST);
});

it("sends that waited together for a new token do not leave at once", async () => {
  const perSecond = 20;
  system = await startSystem({ account: `rate: { todo: ${perSecond}/s, check: 1000/s }` });
  await system.ended(await system.enqueue(aTodo()));
  // The platform forgets its tokens, and takes two seconds to hand out another.
  await sandboxControl(system.sandbox)("accounts", { appId: "500041933", secret: "sandbox-app-secret" });
  await system.misbehave({
    script: [{ fault: "slow-drip", endpoint: "token", totalMs: 2_000 / TIME_SCALE, times: 1 }],
  });

  const ids = await enqueued(60);
  await Promise.all(ids.map((id) => system.ended(id)));

  // Before the fault, of which each was refused once, and after: at any time they keep the rate.
  expect(excessOver(perSecond, await sendTimes())).toBeLessThanOrEqual(HELD_UP_AT_MOST / 4);
});

async function enqueued(count: number): Promise<string[]> {
  return enqueueAll(
    system.producer,
    Array.from({ length: count }, () => aTodo()),
  );
}

/** When the platform saw each send, in ms. */
async function sendTimes(): Promise<number[]> {
  const { body } = await request(`${system.sandbox.url}/_sandbox/calls?endpoint=todo.create`);
  return ((await body.json()) as { at: number }[]).map(({ at }) => at).toSorted((a, b) => a - b);
}

/** The most that arrived in any stretch of time beyond what the rate allows in it. */
function excessOver(perSecond: number, times: readonly number[]): number {
  const excess = times.flatMap((from, first) =>
    times.slice(first + 1).map((to, index) => index + 1 - ((to - from) * perSecond) / 1_000),
  );
  return Math.max(...excess);
}
