/**
 * ARCHITECTURE section 1, promise 2, for todos: one todo on the platform proves one create. The platform ignores
 * a second create under the same (appId, sourceId, openId) and answers success.
 */
import { afterEach, describe, expect, it } from "vitest";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import { aTodo } from "../support/builders.ts";
import { sandboxControl } from "../support/sandbox-control.ts";
import { startSystem, type System, type SystemOptions } from "../support/system.ts";

let system: System;
const open = async (options: SystemOptions = {}): Promise<System> => (system = await startSystem(options));
afterEach(async () => system.close());

const deliver = async (input: EnqueueInput) => system.ended(await system.enqueue(input));

/** Another request for the same todo, with these fields changed. */
function again({ payload, ...rest }: EnqueueInput, fields: Record<string, unknown> = {}): EnqueueInput {
  return { ...rest, payload: { ...payload, ...fields } };
}

function aDelete({ payload }: EnqueueInput, openids: unknown = ["ann"]): EnqueueInput {
  const { appId: sourcetype, sourceId: sourceitemid } = payload;
  const update = {
    sourcetype,
    sourceitemid,
    actiontype: { delete: 1 },
    ...(openids === null ? {} : { openids }),
  };
  return { account: "yzj", operation: "todo.update", payload: update };
}

describe("a second create under a sourceId that a create has used", () => {
  it.each(["async", "sync"])(
    "with other content is rejected, and the reason names the first (%s)",
    async (mode) => {
      await open({ account: `todo: { mode: ${mode} }` });
      const create = aTodo();
      const first = await deliver(create);

      const second = await deliver(again(create, { title: "另一件事" }));

      expect(first.state.status).toBe("confirmed");
      expect(second.state).toMatchObject({ status: "dead", reason: "rejected", sends: 0 });
      expect(second.state.detail).toContain(first.request.id);
      expect((await system.ledger()).todos).toMatchObject([{ stores: 1, repeats: 0 }]);
    },
  );

  it.each(["async", "sync"])(
    "with equal content is confirmed by asking, and names the first (%s)",
    async (mode) => {
      await open({ account: `todo: { mode: ${mode} }` });
      const create = aTodo();
      const first = await deliver(create);
      const params = [{ openId: "ann" }];

      const second = await deliver(again(create, { params, sync: false }));

      expect(second.state).toMatchObject({
        status: "confirmed",
        recipients: [{ evidence: { kind: "check" } }],
      });
      expect(second.state.recipients[0]?.evidence?.note).toContain(first.request.id);
      expect((await system.ledger()).todos).toMatchObject([{ stores: 1, repeats: 0 }]);
    },
  );

  it.each(["async", "sync"])("for several people is settled for each of them (%s)", async (mode) => {
    await open({ account: `todo: { mode: ${mode} }` });
    const create = aTodo({ params: ["ann", "bob"].map((openId) => ({ openId, content: `给 ${openId}` })) });
    const first = await deliver(create);
    const params = [
      { openId: "ann", content: "给 ann" },
      { openId: "bob", content: "换了" },
      { openId: "eve" },
    ];

    const second = await deliver(again(create, { params }));

    expect(second.state).toMatchObject({ status: "dead", reason: "partial" });
    const [ann, bob, eve] = second.state.recipients;
    expect(ann).toMatchObject({ status: "confirmed" });
    expect(ann?.evidence?.note).toContain(first.request.id);
    expect(bob).toMatchObject({ status: "rejected" });
    expect(bob?.detail).toContain(first.request.id);
    expect(eve).toMatchObject({ status: "confirmed" });
    const { todos } = await system.ledger();
    expect(todos.map(({ openId, repeats }) => [openId, repeats])).toEqual([
      ["ann", 0],
      ["bob", 0],
      ["eve", 0],
    ]);
  });

  it("is rejected also where its answer was lost, and from a lane of its own", async () => {
    await open();
    const create = aTodo();
    const ids = [
      await system.enqueue({ ...create, lane: "one" }),
      await system.enqueue({ ...again(create, { title: "另一件事" }), lane: "two" }),
    ];

    const ended = await Promise.all(ids.map(async (id) => system.ended(id)));

    const ends = ended.map(({ state }) => state.status).toSorted();
    expect(ends).toEqual(["confirmed", "dead"]);
    const winner = ended.find(({ state }) => state.status === "confirmed");
    const loser = ended.find(({ state }) => state.status === "dead");
    expect(loser?.state.detail).toContain(winner?.request.id);
    expect((await system.ledger()).todos).toMatchObject([{ stores: 1, repeats: 0 }]);
  });
});

describe("the claim of a create", () => {
  it("that the platform refused does not stand in the way of another", async () => {
    await open({
      account: "todo: { mode: sync }\n    onDeadHead: skip",
      faults: { script: [{ fault: "bad-recipients", endpoint: "todo.create", openIds: ["ann"] }] },
    });
    const create = aTodo();
    expect((await deliver(create)).state).toMatchObject({ status: "dead", reason: "rejected" });

    const second = await deliver(again(create, { title: "另一件事" }));

    expect(second.state.status).toBe("confirmed");
  });

  it("that was proven absent does not stand in the way of another", async () => {
    await open({
      account: "onDeadHead: skip",
      policy: "maxSends: 1",
      faults: { script: [{ fault: "not-stored", endpoint: "todo.create" }] },
    });
    const create = aTodo();
    expect((await deliver(create)).state).toMatchObject({ status: "dead", reason: "unproven" });

    const second = await deliver(again(create, { title: "另一件事" }));

    expect(second.state.status).toBe("confirmed");
    expect((await system.ledger()).todos).toMatchObject([{ title: "另一件事", stores: 1, repeats: 0 }]);
  });

  it.each([[["ann"]], [null]])("is released by a proven delete (openids %j)", async (openids) => {
    await open();
    await sandboxControl(system.sandbox)("settings", { createAfterDelete: "created" });
    const create = aTodo();
    await deliver(create);
    expect((await deliver(aDelete(create, openids))).state.status).toBe("confirmed");

    const second = await deliver(again(create, { title: "另一件事" }));

    expect(second.state).toMatchObject({ status: "confirmed", sends: 1 });
    expect(second.state.recipients[0]?.evidence?.note).toBeUndefined();
  });

  it("is released by a delete that the reply has proven", async () => {
    await open({ account: "todo: { mode: sync }" });
    await sandboxControl(system.sandbox)("settings", { createAfterDelete: "created" });
    const create = aTodo();
    await deliver(create);
    await deliver(aDelete(create));

    expect((await deliver(again(create, { title: "另一件事" }))).state.status).toBe("confirmed");
  });
});
