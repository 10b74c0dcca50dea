/**
 * An account's rate holds for all its workers together, measured where it counts: at the platform.
 */
import { request } from "undici";
import { afterEach, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const PER_SECOND = 50;
/**
 * Rates are kept by departure: calls that left in order may arrive together when a busy machine holds
 * them up. Without a rate all 120 would arrive at once.
 */
const HELD_UP_AT_MOST = 20;

it("two workers together keep the rate between any two of their sends, with a backlog behind them", async () => {
  world = await startWorld({
    withoutWorker: true,
    account: `rate: { todo: ${PER_SECOND}/s, check: 1000/s }`,
  });
  const results = await world.producer.enqueueBatch(Array.from({ length: 120 }, () => aTodo()));
  await Promise.all([world.startWorker(), world.startWorker()]);
  const ids = results.map((result) => ("id" in result ? result.id : ""));
  await Promise.all(ids.map((id) => world.ended(id)));

  const { body } = await request(`${world.sandbox.url}/_sandbox/calls?endpoint=todo.create`);
  const times = ((await body.json()) as { at: number }[]).map(({ at }) => at).toSorted((a, b) => a - b);
  const excess = times.flatMap((from, first) =>
    times.slice(first + 1).map((to, index) => index + 1 - ((to - from) * PER_SECOND) / 1_000),
  );

  expect(times).toHaveLength(ids.length);
  expect(Math.max(...excess)).toBeLessThanOrEqual(HELD_UP_AT_MOST);
});
