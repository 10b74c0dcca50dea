/**
 * `"of": "<key>"`: where it may stand, whose lane it brings, and whose package a task joins by it.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";

import { type HainanSystem, startSystem, type System } from "../support/system.ts";

const TASK = {
  subject: "请假审批",
  creatorId: "1001",
  tenantId: "1",
  mobileUrl: "https://oa.example/m?id=1",
  url: "https://oa.example/pc?id=1",
};
const SCHEDULE = { openid: "ann", content: "周会", startDate: 1_800_000_000_000, endDate: 1_800_000_360_000 };

describe("a reference at acceptance", () => {
  let system: System;
  beforeEach(async () => {
    system = await startSystem({ withoutWorker: true });
  });
  afterEach(async () => system.close());

  const schedule = (operation: string, payload: object, more: object = {}) =>
    system.producer.enqueue({ account: "yzj", operation, payload: { ...payload }, ...more });
  const laneOf = async (result: object): Promise<string | null | undefined> => {
    const found = await system.store.get("id" in result ? String(result.id) : "");
    return found === null || found === "unreadable" ? undefined : found.request.lane;
  };

  it.each([
    ["todo.create", { ...aTodo().payload, of: "oa-1" }],
    ["todo.update", { sourceId: "s-1", actiontype: { deal: 1 }, of: "oa-1" }],
    ["schedule.create", { ...SCHEDULE, of: "oa-1" }],
  ])("is refused in %s, which needs no id", async (operation, payload) => {
    expect(await schedule(operation, payload)).toMatchObject({
      kind: "invalid",
      errors: expect.arrayContaining([{ pointer: "/payload/of", detail: expect.any(String) }]),
    });
  });

  it("is refused where it is the delivery's own key", async () => {
    expect(await schedule("schedule.finish", { openid: "ann", of: "oa-1" }, { key: "oa-1" })).toMatchObject({
      kind: "invalid",
      errors: [{ pointer: "/payload/of" }],
    });
  });

  it("has the lane of the delivery that it names, in one batch and later", async () => {
    const [created, modified] = await system.producer.enqueueBatch([
      { account: "yzj", operation: "schedule.create", payload: SCHEDULE, key: "oa-1", lane: "room-7" },
      { account: "yzj", operation: "schedule.modify", payload: { openid: "ann", of: "oa-1", content: "x" } },
    ]);
    const later = await schedule("schedule.delete", { openid: "ann", of: "oa-1" });

    const lanes = await Promise.all([created, modified, later].map((result) => laneOf(result ?? {})));
    expect(new Set(lanes).size).toBe(1);
    expect(lanes[0]).toContain("room-7");
  });

  it("has the lane that a create with this key will have, while there is none", async () => {
    const early = await schedule("schedule.finish", { openid: "ann", of: "oa-9" });
    const created = await schedule("schedule.create", SCHEDULE, { key: "oa-9" });

    expect(await laneOf(early)).toBe(await laneOf(created));
  });
});

describe("in a task", () => {
  let system: HainanSystem;
  beforeEach(async () => {
    system = await startSystem({ platform: "hainan" });
  });
  afterEach(async () => system.close());

  it("joins the package of the delivery that it names", async () => {
    const first = await system.order("task.create", { ...TASK, assigneeId: "ann" }, "oa-1");
    const second = await system.order("task.create", { ...TASK, assigneeId: "bob", of: "oa-1" }, "oa-2");

    expect((await system.ended(first)).state.status).toBe("confirmed");
    expect((await system.ended(second)).state.status).toBe("confirmed");
    const tasks = await system.tasks();
    expect(tasks).toHaveLength(2);
    expect(new Set(tasks.map(({ packageUuid }) => packageUuid)).size).toBe(1);
    expect(JSON.stringify(tasks)).not.toContain('"of"');
  });

  it("ends dead with a reason where what it names comes later in the same lane", async () => {
    await system.close();
    system = await startSystem({ platform: "hainan", withoutWorker: true });
    const early = await system.order("task.create", { ...TASK, assigneeId: "bob", of: "oa-1" }, "oa-2");
    const named = await system.order("task.create", { ...TASK, assigneeId: "ann" }, "oa-1");
    await system.startWorker();

    const { state } = await system.ended(early);

    expect(state).toMatchObject({ status: "dead", reason: "rejected" });
    expect(state.detail).toMatch(/acknowledged later/);
    expect(named).not.toBe(early);
  });
});
