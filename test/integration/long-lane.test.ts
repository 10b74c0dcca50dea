/**
 * ARCHITECTURE section 1, promises 5 and 6: a lane is a line for its own deliveries, however long, and for
 * nobody else.
 */
import { afterEach, expect, it } from "vitest";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import { aTodo } from "../support/builders.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

const LONG = 10_000;
const AT_ONCE = 1_000;
const OTHERS = 50;

it(`${LONG} deliveries in one lane hold up nobody in other lanes of the account`, async () => {
  world = await startWorld({ account: "rate: { todo: 1000/s, check: 1000/s }" });
  const first = await enqueueAll(Array.from({ length: AT_ONCE }, inTheLongLane));
  for (let sent = AT_ONCE; sent < LONG; sent += AT_ONCE) {
    await enqueueAll(Array.from({ length: AT_ONCE }, inTheLongLane));
  }
  const others = await enqueueAll(Array.from({ length: OTHERS }, () => aTodo()));

  const ended = await Promise.all(others.map((id) => world.ended(id)));

  expect(ended.map(({ state }) => state.status)).toEqual(others.map(() => "confirmed"));
  // The long lane goes on all the while, from its head, and is far from its end.
  const [head = ""] = first;
  expect((await world.ended(head)).state.status).toBe("confirmed");
  expect(await world.store.count("queued")).toBeGreaterThan(LONG / 2);
});

function inTheLongLane(): EnqueueInput {
  return { ...aTodo(), lane: "long" };
}

async function enqueueAll(inputs: readonly EnqueueInput[]): Promise<string[]> {
  const results = await world.producer.enqueueBatch(inputs);
  expect(results.filter(({ kind }) => kind !== "created")).toEqual([]);
  return results.map((result) => ("id" in result ? result.id : ""));
}
