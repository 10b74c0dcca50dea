/**
 * `todo.update` against the sandbox: what a check can show, what it cannot, and what the platform cannot do.
 */
import { afterEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/delivery/record.ts";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import { aTodo } from "../support/builders.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
afterEach(async () => world.close());

function anUpdate(create: EnqueueInput, fields: Record<string, unknown>): EnqueueInput {
  const { appId, sourceId } = create.payload;
  const payload = { sourcetype: appId, sourceitemid: sourceId, openids: ["ann"], ...fields };
  return {
    account: "yzj",
    operation: "todo.update",
    payload: JSON.parse(JSON.stringify(payload)) as JsonObject,
  };
}

async function afterCreate(fields: Record<string, unknown>) {
  const create = aTodo();
  await world.ended(await world.enqueue(create));
  return world.ended(await world.enqueue(anUpdate(create, fields)));
}

describe("an update", () => {
  it("to done is proven by the check", async () => {
    world = await startWorld();

    const { state } = await afterCreate({ actiontype: { deal: 1 } });

    expect(state).toMatchObject({ status: "confirmed", recipients: [{ evidence: { kind: "check" } }] });
    expect((await world.ledger()).todos).toMatchObject([{ deal: true }]);
  });

  it("that deletes is proven by absence", async () => {
    world = await startWorld();

    const { state } = await afterCreate({ actiontype: { delete: 1 } });

    expect(state).toMatchObject({ status: "confirmed", recipients: [{ evidence: { kind: "check" } }] });
    expect((await world.ledger()).todos).toMatchObject([{ deleted: true }]);
  });

  it("to undone of what is done is dead, in words: the platform cannot undo", async () => {
    world = await startWorld();
    const create = aTodo();
    await world.ended(await world.enqueue(create));
    await world.ended(await world.enqueue(anUpdate(create, { actiontype: { deal: 1 } })));

    const { state } = await world.ended(await world.enqueue(anUpdate(create, { actiontype: { deal: 0 } })));

    expect(state).toMatchObject({ status: "dead", reason: "rejected" });
    expect(state.detail).toContain("cannot undo");
  });

  it("to read alone is what the platform answered, and the evidence says so", async () => {
    world = await startWorld();

    const { state } = await afterCreate({ actiontype: { read: 1 } });

    expect(state).toMatchObject({ status: "confirmed", recipients: [{ evidence: { kind: "reply" } }] });
  });

  it("to read alone whose answer was lost ends at once, unproven, and is not sent again", async () => {
    world = await startWorld();
    const create = aTodo();
    await world.ended(await world.enqueue(create));
    await world.misbehave({ script: [{ fault: "cut-after", endpoint: "todo.action" }] });

    const { state } = await world.ended(await world.enqueue(anUpdate(create, { actiontype: { read: 1 } })));

    expect(state).toMatchObject({ status: "dead", reason: "unproven", sends: 1 });
  });

  it("without openids changes everybody, and is what the platform answered", async () => {
    world = await startWorld();

    const { state } = await afterCreate({ openids: undefined, actiontype: { deal: 1 } });

    expect(state).toMatchObject({
      status: "confirmed",
      recipients: [{ id: "*", evidence: { kind: "reply" } }],
    });
  });

  it("is refused at the door without an action, with an empty list of openids, or for another appId", async () => {
    world = await startWorld({ withoutWorker: true });

    const nothing = await world.producer.enqueue(anUpdate(aTodo(), { actiontype: undefined }));
    const foreign = await world.producer.enqueue(aTodo({ appId: "another" }));
    const nobody = await world.producer.enqueue(anUpdate(aTodo(), { openids: [], actiontype: { deal: 1 } }));

    expect(nothing).toMatchObject({ kind: "invalid", errors: [{ pointer: "/payload/actiontype" }] });
    expect(foreign).toMatchObject({ kind: "invalid", errors: [{ pointer: "/payload/appId" }] });
    expect(nobody).toMatchObject({ kind: "invalid", errors: [{ pointer: "/payload/openids" }] });
  });
});
