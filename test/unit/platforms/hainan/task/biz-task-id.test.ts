import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { bizTaskIdOf } from "../../../../../src/platforms/hainan/task/biz-task-id.ts";
import type { TaskInput } from "../../../../../src/platforms/hainan/task/input.ts";
import { aTask, aTaskFor } from "./tasks.ts";

const several = (bizTaskId?: string): TaskInput => ({
  ...aTaskFor("ann", "bob"),
  ...(bizTaskId && { bizTaskId }),
});
const idOf = (
  input: TaskInput,
  assigneeId: string,
  key: string | null = "oa-1",
  deliveryId = "d-1",
): string => bizTaskIdOf({ input, key, deliveryId }, { assigneeId, account: "hn" }).bizTaskId;

describe("the bizTaskId of a task", () => {
  it("is the producer's, as it is, for one assignee and beside an assignee", () => {
    const assignees = [{ assigneeId: "ann", bizTaskId: "own" }, { assigneeId: "bob" }];

    expect(idOf(aTask({ bizTaskId: "given" }), "2001")).toBe("given");
    expect(idOf({ ...several("given"), assignees }, "ann")).toBe("own");
  });

  it("differs for each assignee where one is given for all", () => {
    const ids = [idOf(several("given"), "ann"), idOf(several("given"), "bob"), idOf(several("other"), "ann")];

    expect(new Set([...ids, "given"]).size).toBe(4);
  });

  it("is derived from account, key and assignee, whatever the delivery", () => {
    const first = idOf(several(), "ann");

    expect(idOf(several(), "ann", "oa-1", "d-2")).toBe(first);
    const others = [
      idOf(several(), "bob"),
      idOf(several(), "ann", "oa-2"),
      bizTaskIdOf(
        { input: several(), key: "oa-1", deliveryId: "d-1" },
        { assigneeId: "ann", account: "another account" },
      ),
    ];
    expect(new Set([first, ...others]).size).toBe(4);
  });

  it("is derived from the delivery without a key", () => {
    expect(idOf(several(), "ann", null, "d-1")).toBe(idOf(several(), "ann", null, "d-1"));
    expect(idOf(several(), "ann", null, "d-1")).not.toBe(idOf(several(), "ann", null, "d-2"));
  });

  it("can be derived as docs/hainan-bridge.md says", () => {
    const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

    expect(idOf(several("given"), "ann")).toBe(sha256('["bizTaskId","given","ann"]'));
    expect(idOf(several(), "ann")).toBe(sha256('["key","hn","oa-1","ann"]'));
  });
});
