/**
 * ARCHITECTURE section 1, promises 2 and 3: only proof ends well, and nothing is sent again without proven
 * absence, whatever the platform does to one call.
 */
import { afterEach, describe, expect, it } from "vitest";
import { aTodo } from "../support/builders.ts";
import { sandboxControl } from "../support/sandbox-control.ts";
import { startSystem, type System, type SystemOptions } from "../support/system.ts";

let system: System;
const open = async (options: SystemOptions = {}): Promise<System> => (system = await startSystem(options));
afterEach(async () => system.close());

describe("a todo that goes well", () => {
  it("is confirmed by a check, for each recipient", async () => {
    const { enqueue, ended } = await open();

    const { state } = await ended(await enqueue(aTodo({}, ["ann", "bob"])));

    expect(state).toMatchObject({ status: "confirmed", sends: 1, checks: 2 });
    expect(state.recipients.map(({ evidence }) => evidence?.kind)).toEqual(["check", "check"]);
  });

  it("is confirmed by the reply in sync mode", async () => {
    const { enqueue, ended } = await open({ account: "todo: { mode: sync }" });

    const { state } = await ended(await enqueue(aTodo()));

    expect(state).toMatchObject({ status: "confirmed", checks: 0 });
    expect(state.recipients[0]?.evidence?.kind).toBe("reply");
  });

  it("is updated behind its create, and the update is proven", async () => {
    const { enqueue, ended, ledger } = await open();
    const create = aTodo({ sourceId: "leave-1" });
    const update = {
      account: "yzj",
      operation: "todo.update",
      payload: {
        sourcetype: "500041933",
        sourceitemid: "leave-1",
        actiontype: { deal: 1 },
        openids: ["ann"],
      },
    };

    const ids = [await enqueue(create), await enqueue(update)];
    const [created, updated] = await Promise.all(ids.map((id) => ended(id)));

    expect(created?.state.status).toBe("confirmed");
    expect(updated?.state.status).toBe("confirmed");
    expect((await ledger()).todos[0]).toMatchObject({ deal: true, repeats: 0 });
    expect(updated?.state.finishedAt).toBeGreaterThan(created?.state.finishedAt ?? Infinity);
  });
});

describe("one misbehaving call", () => {
  const stored = ["cut-after", "error-after", "late"];
  const lost = ["not-stored", "cut-before", "error-before", "unavailable", "refuse"];
  const waited = ["throttled", "token-expired"];

  it.each([...stored, "broken-json", "huge-body"])("%s: verified, never sent twice", async (fault) => {
    const { enqueue, ended, ledger } = await open({
      faults: {
        script: [{ fault, endpoint: "todo.create", ...(fault === "late" ? { lateMs: 20_000 } : {}) }],
      },
    });

    const { state } = await ended(await enqueue(aTodo()));

    expect(state).toMatchObject({ status: "confirmed", sends: 1 });
    expect((await ledger()).todos).toMatchObject([{ stores: 1, repeats: 0 }]);
  });

  it.each([408, 409, 423, 425, 499, 500, 502, 503, 504, 520])(
    "HTTP %i of a proxy though the platform stored it: verified, never sent twice",
    async (status) => {
      const { enqueue, ended, ledger } = await open({
        faults: {
          script: [{ fault: "lying-proxy", endpoint: "todo.create", status, retryAfterSeconds: 1 }],
        },
      });

      const { state } = await ended(await enqueue(aTodo()));

      expect(state).toMatchObject({ status: "confirmed", sends: 1, knowledge: "accepted" });
      expect((await ledger()).todos).toMatchObject([{ stores: 1, repeats: 0 }]);
    },
  );

  it.each(lost)("%s: sent again once absence is proven", async (fault) => {
    const { enqueue, ended, ledger } = await open({
      faults: { script: [{ fault, endpoint: "todo.create" }] },
    });

    const { state } = await ended(await enqueue(aTodo()));

    expect(state).toMatchObject({ status: "confirmed", sends: 2 });
    expect((await ledger()).todos).toMatchObject([{ stores: 1, repeats: 0 }]);
  });

  it.each([true, false])("lost where `check` of the absent todo is %s: sent again", async (check) => {
    const { enqueue, ended, ledger, sandbox, misbehave } = await open();
    await sandboxControl(sandbox)("settings", { checkFlagWhenAbsent: check });
    await misbehave({ script: [{ fault: "not-stored", endpoint: "todo.create" }] });
    const create = aTodo();

    const { state } = await ended(await enqueue(create));

    expect(state).toMatchObject({ status: "confirmed", sends: 2 });
    expect((await ledger()).todos).toMatchObject([{ stores: 1, repeats: 0 }]);
    const { appId: sourcetype, sourceId: sourceitemid } = create.payload;
    const gone = { sourcetype, sourceitemid, openids: ["ann"], actiontype: { delete: 1 } };
    const removed = await ended(await enqueue({ account: "yzj", operation: "todo.update", payload: gone }));
    expect(removed.state).toMatchObject({ status: "confirmed", sends: 1 });
  });

  it.each(waited)("%s: waited for, without counting an attempt", async (fault) => {
    const { enqueue, ended } = await open({ faults: { script: [{ fault, endpoint: "todo.create" }] } });

    const { state } = await ended(await enqueue(aTodo()));

    expect(state).toMatchObject({ status: "confirmed", sends: 1 });
  });

  it.each(["check-throttled", "error-before", "cut-before", "broken-json", "token-expired"])(
    "%s on the check: never read as absence",
    async (fault) => {
      const { enqueue, ended } = await open({
        faults: { script: [{ fault, endpoint: "todo.check", times: 3 }] },
      });

      const { state } = await ended(await enqueue(aTodo()));

      expect(state).toMatchObject({ status: "confirmed", sends: 1 });
      expect(state.recipients[0]?.absences).toBe(0);
    },
  );
});

describe("what a platform never stores", () => {
  it("ends as unproven after its sends, with a reason", async () => {
    const { enqueue, ended } = await open({
      policy: "maxSends: 2",
      faults: { script: [{ fault: "not-stored", endpoint: "todo.create", times: -1 }] },
    });

    const { state } = await ended(await enqueue(aTodo()));

    expect(state).toMatchObject({ status: "dead", reason: "unproven", sends: 2 });
    expect(state.detail).toBe("never seen after 2 sends: ann");
  });

  it("is sent again to the absent recipients only", async () => {
    const { enqueue, ended, ledger } = await open({
      faults: { script: [{ fault: "bad-recipients", endpoint: "todo.create", openIds: ["bob"] }] },
    });

    const { state } = await ended(await enqueue(aTodo({}, ["ann", "bob"])));

    expect(state).toMatchObject({ status: "confirmed", sends: 2 });
    expect((await ledger()).todos.every(({ stores, repeats }) => stores === 1 && repeats === 0)).toBe(true);
  });
});

describe("what a platform refuses", () => {
  it("names who was refused and who has it", async () => {
    const { enqueue, ended } = await open({
      account: "todo: { mode: sync }",
      faults: { script: [{ fault: "bad-recipients", endpoint: "todo.create", openIds: ["bob"] }] },
    });

    const { state } = await ended(await enqueue(aTodo({}, ["ann", "bob"])));

    expect(state).toMatchObject({ status: "dead", reason: "partial" });
    expect(state.detail).toContain("proven: ann");
    expect(state.detail).toContain("bob");
  });
});
