/**
 * ARCHITECTURE section 5, lanes: families have prefixes of their own, so have lanes that a producer named.
 */
import { afterEach, describe, expect, it } from "vitest";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import { aTodo } from "../support/builders.ts";
import { startSystem, type System } from "../support/system.ts";

let system: System;
afterEach(async () => system.close());

const HOUR = 3_600_000;

function aSchedule(key: string): EnqueueInput {
  const startDate = Date.now() + HOUR;
  const payload = { openid: "ann", content: "季度会", noticeTime: 15, startDate, endDate: startDate + HOUR };
  return { account: "yzj", operation: "schedule.create", key, payload };
}

describe("a dead letter that holds its lane", () => {
  it("holds no delivery of another family, and no lane that a producer gave the same name", async () => {
    system = await startSystem({
      account: "todo: { mode: sync }\n    resGroupSecret: sandbox-schedule-secret",
      faults: { script: [{ fault: "bad-recipients", endpoint: "todo.create", openIds: ["ann"] }] },
    });
    const dead = await system.ended(await system.enqueue(aTodo({ sourceId: "X" })));
    expect(dead).toMatchObject({ request: { lane: "todo:X" }, state: { status: "dead" } });

    const schedule = await system.ended(await system.enqueue(aSchedule("X")));
    const named = await system.ended(await system.enqueue({ ...aTodo({}, ["bob"]), lane: "X" }));
    const alike = await system.ended(await system.enqueue({ ...aTodo({}, ["bob"]), lane: "todo:X" }));

    expect(schedule).toMatchObject({ request: { lane: "schedule:X" }, state: { status: "confirmed" } });
    expect(named).toMatchObject({ request: { lane: "named:X" }, state: { status: "confirmed" } });
    expect(alike).toMatchObject({ request: { lane: "named:todo:X" }, state: { status: "confirmed" } });
  });

  it("holds the next one about the same todo", async () => {
    system = await startSystem({
      account: "todo: { mode: sync }",
      faults: { script: [{ fault: "bad-recipients", endpoint: "todo.create", openIds: ["ann"] }] },
    });
    await system.ended(await system.enqueue(aTodo({ sourceId: "X" })));
    const payload = { sourcetype: "500041933", sourceitemid: "X", openids: ["ann"], actiontype: { deal: 1 } };
    const update = await system.enqueue({ account: "yzj", operation: "todo.update", payload });

    await system.ended(await system.enqueue(aTodo({}, ["bob"])));

    expect(await system.store.get(update)).toMatchObject({
      request: { lane: "todo:X" },
      state: { status: "queued" },
    });
  });
});
