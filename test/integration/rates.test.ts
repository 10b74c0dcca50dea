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
const WINDOW_MS = 200;
/** Rates are kept by departure: calls that left in order may arrive closer together than they left. */
const JITTER_CALLS = 3;

it("two workers together keep the rate of sends in every window, with a backlog behind them", async () => {
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
  const fullest = Math.max(
    ...times.map((from) => times.filter((at) => at >= from && at < from + WINDOW_MS).length),
  );

  expect(times).toHaveLength(ids.length);
  expect(fullest).toBeLessThanOrEqual((PER_SECOND * WINDOW_MS) / 1_000 + JITTER_CALLS);
});
