/**
 * ARCHITECTURE section 1, promise 5: deliveries of one lane reach the platform one after the other, in the order
 * of their acknowledgement; no lane is blocked by a ghost, and a dead head does what the account says.
 */
import { afterEach, describe, expect, it } from "vitest";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { startSystem, type System } from "../support/system.ts";
import { keysOf } from "../support/keys-of.ts";

let system: System;
afterEach(async () => system.close());

/** The platform knows none of the first todo's recipients: it is refused for good. */
const REFUSES_ONE = { script: [{ fault: "bad-recipients", endpoint: "todo.create", openIds: ["ann"] }] };

describe("a lane", () => {
  it("sends its deliveries one after the other, in the order of their acknowledgement", async () => {
    system = await startSystem({
      account: "rate: { todo: 1000/s, check: 1000/s }",
      policy: "visibilityLagMs: 10000",
    });
    const lane = "one-lane";
    const inputs = Array.from({ length: 8 }, () => ({ ...aTodo(), lane }));

    const ids = await enqueueAll(inputs);
    await Promise.all(ids.map((id) => system.ended(id)));

    const { todos } = await system.ledger();
    const inOrder = todos
      .toSorted((a, b) => (a.history[0]?.seq ?? 0) - (b.history[0]?.seq ?? 0))
      .map(({ sourceId }) => sourceId);
    expect(inOrder).toEqual(inputs.map(({ payload }) => payload["sourceId"]));
  });

  it("takes batches in the order of their items, one behind the other, and behind what was there", async () => {
    system = await startSystem({ withoutWorker: true });
    let tries = 0;
    // A part that a busy Redis does not take in time comes later: then another lane shows the order.
    const filled = await eventually(
      () => fillLane(`long-${(tries += 1)}`),
      (found) => found !== null,
    );
    const line = await system.redis.zrange(keysOf(system).lane(`named:long-${tries}`), 0, "-1");
    expect(line).toEqual(filled);
  });

  it("is held by a dead head until a person acts", async () => {
    system = await startSystem({ faults: REFUSES_ONE, account: "todo: { mode: sync }" });
    const [head, next] = await twoInALane();

    expect((await system.ended(head)).state).toMatchObject({ status: "dead", reason: "rejected" });
    await eventually(ticked(20), (done) => done);

    expect(await system.store.get(next)).toMatchObject({ state: { status: "queued", sends: 0 } });
  });

  it("goes on past a dead head where the account says so", async () => {
    system = await startSystem({
      faults: REFUSES_ONE,
      account: "onDeadHead: skip\n    todo: { mode: sync }",
    });
    const [head, next] = await twoInALane();

    expect((await system.ended(head)).state.status).toBe("dead");
    expect((await system.ended(next)).state.status).toBe("confirmed");
  });

  it("is not blocked by a head whose record is gone", async () => {
    system = await startSystem({ withoutWorker: true });
    const [head, next] = await twoInALane();
    await system.redis.del(keysOf(system).delivery(head));
    await system.startWorker();

    // Somebody looks at the next one: its deadline comes, or a person has put it back.
    await makeDue(next);
    expect((await system.ended(next)).state.status).toBe("confirmed");
  });
});

async function enqueueAll(inputs: readonly EnqueueInput[]): Promise<string[]> {
  const results = await system.producer.enqueueBatch(inputs);
  return results.map((result) => ("id" in result ? result.id : ""));
}

/** What is in the lane, in order: one, the half of a batch, one more; null where not all were taken at once. */
async function fillLane(lane: string): Promise<string[] | null> {
  const inLane = (): EnqueueInput => ({ ...aTodo(), lane });
  const first = await system.enqueue(inLane());
  // More than one call of the script takes, and among others that have lanes of their own.
  const batch = Array.from({ length: 240 }, (_, i) => (i % 2 === 0 ? inLane() : aTodo()));
  const results = await system.producer.enqueueBatch(batch);
  const last = await system.enqueue(inLane());
  const taken = results.flatMap((result) => (result.kind === "created" ? [result.id] : []));
  return taken.length === batch.length ? [first, ...taken.filter((_, i) => i % 2 === 0), last] : null;
}

async function twoInALane(): Promise<[string, string]> {
  const head = await system.enqueue({ ...aTodo(), lane: "held" });
  return [head, await system.enqueue({ ...aTodo(), lane: "held" })];
}

/** True once the account's clock has asked Redis this many times more for work that is due. */
function ticked(times: number): () => Promise<boolean> {
  let left = times;
  return async () => {
    await system.store.count("queued");
    left -= 1;
    return left <= 0;
  };
}

async function makeDue(id: string): Promise<void> {
  await system.redis.zadd(keysOf(system).sendDue("todo"), 1, id);
}
