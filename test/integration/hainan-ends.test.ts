/**
 * Finishing and cancelling tasks of Hainan, named by their taskUuid or by the key of their create: whatever
 * becomes of an answer, the task is ended and the delivery says so, and a refusal is told in its words.
 */
import { afterEach, describe, expect, it } from "vitest";
import { startSystem, type HainanSystem } from "../support/system.ts";

const CREATE = {
  subject: "请假审批",
  creatorId: "1001",
  tenantId: "1",
  mobileUrl: "https://oa.example/m?id=1",
  url: "https://oa.example/pc?id=1",
  assigneeId: "ann",
  bizTaskId: "b-ann",
};
const ENDS = [
  ["finish", "finished", "taskUuid"],
  ["finish", "finished", "of"],
  ["cancel", "cancelled", "taskUuid"],
  ["cancel", "cancelled", "of"],
] as const;

let system: HainanSystem | null = null;
afterEach(async () => {
  await system?.close();
  system = null;
});

/** A system with one task, and its name in the form that is asked for. */
async function aTask(by: "taskUuid" | "of"): Promise<[HainanSystem, Record<string, unknown>]> {
  system = await startSystem({ platform: "hainan", settings: { hainanFinish: true } });
  const { state } = await system.ended(await system.order("task.create", CREATE, "oa-1"));
  return [system, { userId: "ann", [by]: by === "of" ? "oa-1" : state.receipt?.["taskUuid"] }];
}

describe.each(ENDS)("task.%s ends a task as %s, named by %s", (verb, status, by) => {
  it.each(["cut-after", "lying-proxy", "cut-before"])(
    "%s: it is asked for again, and is done",
    async (fault) => {
      const [{ order, ended, misbehave, tasks }, name] = await aTask(by);
      await misbehave({ script: [{ fault, endpoint: `task.${verb}` }] });

      const { state } = await ended(await order(`task.${verb}`, name));

      expect(state).toMatchObject({
        status: "confirmed",
        sends: 1,
        recipients: [{ evidence: { kind: "reply", note: "asked again after a lost answer" } }],
      });
      expect(await tasks()).toMatchObject([{ status }]);
    },
  );

  it("a second time changes nothing and is no failure", async () => {
    const [{ order, ended, tasks }, name] = await aTask(by);

    const first = await ended(await order(`task.${verb}`, name, "once"));
    const second = await ended(await order(`task.${verb}`, name, "twice"));

    expect([first.state.status, second.state.status]).toEqual(["confirmed", "confirmed"]);
    expect(await tasks()).toMatchObject([{ status }]);
  });
});

it.each(["finish", "cancel"])(
  "task.%s of what is not there ends dead with the platform's reason",
  async (verb) => {
    const [{ order, ended, tasks }] = await aTask("of");

    const unknown = await ended(await order(`task.${verb}`, { userId: "ann", taskUuid: "nowhere" }));

    expect(unknown.state).toMatchObject({ status: "dead", reason: "rejected", sends: 1 });
    expect(unknown.state.detail).toContain("there is no task nowhere");
    expect(await tasks()).toMatchObject([{ status: "open" }]);
  },
);
