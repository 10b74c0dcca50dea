/**
 * ARCHITECTURE section 1, promises 5 and 6: a lane is a line for its own deliveries, however long, and for
 * nobody else.
 */
import { afterEach, expect, it } from "vitest";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import { aTodo } from "../support/builders.ts";
import { enqueueAll } from "../support/deliveries.ts";
import { startSystem, type System } from "../support/system.ts";

let system: System;
afterEach(async () => system.close());

const LONG = 10_000;
const AT_ONCE = 1_000;
const OTHERS = 50;

it(`${LONG} deliveries in one lane delay none in other lanes of the account`, async () => {
  system = await startSystem({ account: "rate: { todo: 1000/s, check: 1000/s }" });
  const first = await enqueueAll(system.producer, Array.from({ length: AT_ONCE }, inTheLongLane));
  for (let sent = AT_ONCE; sent < LONG; sent += AT_ONCE) {
    await enqueueAll(system.producer, Array.from({ length: AT_ONCE }, inTheLongLane));
  }
  const others = await enqueueAll(
    system.producer,
    Array.from({ length: OTHERS }, () => aTodo()),
  );

  const ended = await Promise.all(others.map((id) => system.ended(id)));

  expect(ended.map(({ state }) => state.status)).toEqual(others.map(() => "confirmed"));
  // The long lane goes on all the while, from its head, and is far from its end.
  const [head = ""] = first;
  expect((await system.ended(head)).state.status).toBe("confirmed");
  expect(await system.store.count("queued")).toBeGreaterThan(LONG / 2);
});

function inTheLongLane(): EnqueueInput {
  return { ...aTodo(), lane: "long" };
}
