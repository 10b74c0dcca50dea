/**
 * Found by `npm run chaos -- --seed 1`: 22 deliveries expired unsent although nothing was ahead of them.
 *
 * A delivery waiting behind its lane's head had a wake-up for its deadline. When the head ended, no earlier
 * wake-up was added, because there was one already.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aTodo } from "../../support/builders.ts";
import { startSystem, type System } from "../../support/system.ts";

let system: System;
beforeEach(async () => {
  system = await startSystem();
});
afterEach(async () => system.close());

describe("a delivery behind its lane's head", () => {
  it("is sent when the head ends, also where its own deadline is near", async () => {
    // The head ends after several looks, each of which finds the second delivery's deadline near.
    await system.misbehave({ script: [{ fault: "late", endpoint: "todo.create", lateMs: 55_000 }] });
    const first = aTodo({ sourceId: "one-lane" });
    const second = {
      account: "yzj",
      operation: "todo.update",
      payload: {
        sourcetype: "500041933",
        sourceitemid: "one-lane",
        actiontype: { deal: 1 },
        openids: ["ann"],
      },
      deadline: Date.now() + 9_000,
    };

    const ids = [await system.enqueue(first), await system.enqueue(second)];
    const ended = await Promise.all(ids.map((id) => system.ended(id)));

    expect(ended.map(({ state }) => [state.status, state.reason ?? null])).toEqual([
      ["confirmed", null],
      ["confirmed", null],
    ]);
  });
});
