/**
 * Found by `npm run chaos -- --seed 1`: 22 deliveries expired unsent although nothing was ahead of them.
 *
 * The sweeper gives a ticket for later to whoever is due within its horizon, and for a delivery behind
 * its lane's head that is its deadline, or the next look at the head. When the head ended, the ticket for
 * now was not added, because there was one.
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
  it("is sent when the head ends, although it was due later", async () => {
    // The head ends after some sweeps, and all of them find the second one's deadline near.
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
