/**
 * `todo.update` against the sandbox: what a check can show, what it cannot, and what the platform cannot do.
 */
import { afterEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/delivery/record.ts";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import { aTodo } from "../support/builders.ts";
import { eventually } from "../support/eventually.ts";
import { sandboxControl } from "../support/sandbox-control.ts";
import { startSystem, type System } from "../support/system.ts";

let system: System;
afterEach(async () => system.close());

function anUpdate(create: EnqueueInput, fields: Record<string, unknown>): EnqueueInput {
  const { appId, sourceId } = create.payload;
  const payload = { sourcetype: appId, sourceitemid: sourceId, openids: ["ann"], ...fields };
  return {
    account: "yzj",
    operation: "todo.update",
    payload: JSON.parse(JSON.stringify(payload)) as JsonObject,
  };
}

/** Somebody handles the todo in the platform's own client. */
async function actAsPerson({ payload }: EnqueueInput, actiontype: Record<string, unknown>): Promise<void> {
  const { url } = system.sandbox;
  const json = { appId: "500041933", secret: "sandbox-app-secret", timestamp: Date.now(), scope: "app" };
  const token = await post(`${url}/gateway/oauth2/token/getAccessToken`, json);
  const { accessToken } = (token as { data: { accessToken: string } }).data;
  const { appId: sourcetype, sourceId: sourceitemid } = payload;
  const action = { sourcetype, sourceitemid, openids: ["ann"], actiontype };
  await post(`${url}/gateway/newtodo/open/action.json?accessToken=${accessToken}`, action);
}

async function post(url: string, json: unknown): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(json) });
  return answer.json();
}

async function afterCreate(fields: Record<string, unknown>) {
  const create = aTodo();
  await system.ended(await system.enqueue(create));
  return system.ended(await system.enqueue(anUpdate(create, fields)));
}

describe("an update", () => {
  it("to done is proven by the check", async () => {
    system = await startSystem();

    const { state } = await afterCreate({ actiontype: { deal: 1 } });

    expect(state).toMatchObject({ status: "confirmed", recipients: [{ evidence: { kind: "check" } }] });
    expect((await system.ledger()).todos).toMatchObject([{ deal: true }]);
  });

  it("that deletes is proven by absence", async () => {
    system = await startSystem();

    const { state } = await afterCreate({ actiontype: { delete: 1 } });

    expect(state).toMatchObject({ status: "confirmed", recipients: [{ evidence: { kind: "check" } }] });
    expect((await system.ledger()).todos).toMatchObject([{ deleted: true }]);
  });

  it("to undone of what is done ends dead with a reason: the platform cannot undo", async () => {
    system = await startSystem();
    const create = aTodo();
    await system.ended(await system.enqueue(create));
    await system.ended(await system.enqueue(anUpdate(create, { actiontype: { deal: 1 } })));

    const { state } = await system.ended(await system.enqueue(anUpdate(create, { actiontype: { deal: 0 } })));

    expect(state).toMatchObject({ status: "dead", reason: "rejected" });
    expect(state.detail).toContain("cannot undo");
  });

  it("to read alone is proven by the platform's answer, and the evidence says so", async () => {
    system = await startSystem();

    const { state } = await afterCreate({ actiontype: { read: 1 } });

    expect(state).toMatchObject({ status: "confirmed", recipients: [{ evidence: { kind: "reply" } }] });
  });

  it.each([
    ["stored", "cut-after"],
    ["lost", "cut-before"],
  ])("to read alone whose answer was lost is repeated, whether it was %s", async (_, fault) => {
    system = await startSystem();
    const create = aTodo();
    await system.ended(await system.enqueue(create));
    await system.misbehave({ script: [{ fault, endpoint: "todo.action" }] });

    const { state } = await system.ended(await system.enqueue(anUpdate(create, { actiontype: { read: 1 } })));

    expect(state).toMatchObject({
      status: "confirmed",
      sends: 2,
      recipients: [{ evidence: { kind: "reply" } }],
    });
    expect((await system.ledger()).todos).toMatchObject([{ read: true }]);
  });

  it("to read alone whose answer was lost is not repeated for what somebody has done since", async () => {
    system = await startSystem();
    await sandboxControl(system.sandbox)("settings", { actionZeros: "undo" });
    const create = aTodo();
    await system.ended(await system.enqueue(create));
    await system.misbehave({ script: [{ fault: "cut-before", endpoint: "todo.action" }] });
    const reading = await system.enqueue(anUpdate(create, { actiontype: { read: 1 } }));
    await eventually(system.ledger, ({ calls }) => calls["todo.action"] === 1);
    await actAsPerson(create, { deal: 1, read: 1 });

    const { state } = await system.ended(reading);

    expect(state).toMatchObject({
      status: "confirmed",
      sends: 1,
      recipients: [{ evidence: { kind: "check" } }],
    });
    expect(state.recipients[0]?.evidence?.note).toContain("already done");
    expect((await system.ledger()).todos).toMatchObject([{ deal: true }]);
  });

  it("to read alone whose answer was lost is not repeated for what is gone", async () => {
    system = await startSystem();
    const create = aTodo();
    await system.misbehave({ script: [{ fault: "cut-after", endpoint: "todo.action" }] });

    const { state } = await system.ended(await system.enqueue(anUpdate(create, { actiontype: { read: 1 } })));

    expect(state).toMatchObject({ status: "dead", reason: "rejected", sends: 1 });
    expect(state.detail).toContain("there is no such todo");
  });

  it.each([{ read: 0 }, { deal: 0, read: 1 }])(
    "to %j whose answer was lost is never repeated: that could undo what a person did",
    async (actiontype) => {
      system = await startSystem();
      const create = aTodo();
      await system.ended(await system.enqueue(create));
      await system.misbehave({ script: [{ fault: "cut-after", endpoint: "todo.action" }] });

      const { state } = await system.ended(await system.enqueue(anUpdate(create, { actiontype })));

      expect(state).toMatchObject({ status: "dead", reason: "unproven", sends: 1 });
      expect(state.detail).toContain("a repeat could undo");
    },
  );

  it("that cannot be observed is repeated as often as anything else, and then ends", async () => {
    system = await startSystem({ policy: "maxSends: 2" });
    const create = aTodo();
    await system.ended(await system.enqueue(create));
    await system.misbehave({ script: [{ fault: "cut-after", endpoint: "todo.action", times: -1 }] });

    const { state } = await system.ended(await system.enqueue(anUpdate(create, { actiontype: { read: 1 } })));

    expect(state).toMatchObject({ status: "dead", reason: "unproven", sends: 2 });
  });

  it("without openids of a todo that no create here made is repeated when its answer was lost", async () => {
    system = await startSystem();
    await system.misbehave({ script: [{ fault: "cut-before", endpoint: "todo.action" }] });

    const { state } = await system.ended(
      await system.enqueue(anUpdate(aTodo(), { openids: undefined, actiontype: { deal: 1 } })),
    );

    expect(state).toMatchObject({
      status: "confirmed",
      sends: 2,
      recipients: [{ evidence: { kind: "reply" } }],
    });
  });

  it.each([
    ["async", null, 1],
    ["async", "cut-after", 1],
    ["async", "not-stored", 2],
    ["sync", "cut-after", 1],
  ])("without openids is proven by asking about everybody (%s, %s)", async (mode, fault, sends) => {
    system = await startSystem({ account: `todo: { mode: ${mode} }` });
    const people = ["ann", "bob", "cai", "dee", "eve", "fay", "gus"];
    const create = aTodo({}, people);
    await system.ended(await system.enqueue(create));
    if (fault !== null) await system.misbehave({ script: [{ fault, endpoint: "todo.action" }] });

    const update = anUpdate(create, { openids: undefined, actiontype: { deal: 1 } });
    const { state } = await system.ended(await system.enqueue(update));

    expect(state).toMatchObject({
      status: "confirmed",
      sends,
      recipients: [{ id: "*", evidence: { kind: "check" } }],
    });
    expect((await system.ledger()).todos.map(({ deal }) => deal)).toEqual(people.map(() => true));
  });

  it("is refused without an action, with an empty list of openids, or for another appId", async () => {
    system = await startSystem({ withoutWorker: true });

    const nothing = await system.producer.enqueue(anUpdate(aTodo(), { actiontype: undefined }));
    const foreign = await system.producer.enqueue(aTodo({ appId: "another" }));
    const nobody = await system.producer.enqueue(anUpdate(aTodo(), { openids: [], actiontype: { deal: 1 } }));

    expect(nothing).toMatchObject({ kind: "invalid", errors: [{ pointer: "/payload/actiontype" }] });
    expect(foreign).toMatchObject({ kind: "invalid", errors: [{ pointer: "/payload/appId" }] });
    expect(nobody).toMatchObject({ kind: "invalid", errors: [{ pointer: "/payload/openids" }] });
  });
});
