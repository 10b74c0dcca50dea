/**
 * A signature that is wrong, old or not yet known is no verdict about a task, in whatever words it is
 * refused: no sends end by it, and no checks.
 */
import { describe, expect, it } from "vitest";
import { hainanTask } from "../../../../../src/platforms/hainan/task/channel.ts";
import { aRequest, answered, entries, REFUSED, scripted } from "./tasks.ts";

const signal = new AbortController().signal;

const WORDS = [
  ["the gateway's code", { success: false, errorCode: "401", errorMsg: "" }],
  ["the gateway's words", { success: false, errorCode: "APIONE.1003", errorMsg: "Invalid signature" }],
  ["a dead session", { success: false, errorCode: 7, errorMsg: "会话已失效" }],
  ["a dead login", { success: false, errorCode: 7, errorMsg: "登录状态已过期，请重新登录" }],
  ["an expired session", { success: false, errorCode: 7, errorMsg: "session has expired" }],
  ["Chinese words", { success: false, errorCode: 9, errorMsg: "签名已过期" }],
  ["the access key", { success: false, errorCode: "B01", errorMsg: "accessKey does not exist" }],
  [
    "the inner answer's words",
    { success: true, content: { success: false, responseCode: "1", responseMessage: "用户未授权" } },
  ],
] as const;

describe("a refusal of the credentials", () => {
  it.each(WORDS)("in %s ends no create", async (_, body) => {
    const { account } = scripted([answered(body)]);

    expect(await hainanTask.send(aRequest(), { account, signal })).toMatchObject({ kind: "unauthorized" });
  });

  it.each(WORDS)("in %s ends no finish", async (_, body) => {
    const { account } = scripted([answered(body)]);
    const input = { taskUuid: "t-1", userId: "2001", closePackage: true };

    const outcome = await hainanTask.send(aRequest({ operation: "task.finish", input, targets: ["*"] }), {
      account,
      signal,
    });

    expect(outcome).toMatchObject({ kind: "unauthorized" });
  });

  it.each(WORDS)("in %s makes a check inconclusive", async (_, body) => {
    const { account } = scripted([answered(body)]);
    const recipients = entries({ id: "2001", status: "unknown", sends: 1, sentAt: 1 });

    const [outcome] = await hainanTask.check([aRequest({ recipients })], { account, signal });

    expect(outcome?.recipients).toMatchObject([{ kind: "inconclusive" }]);
  });

  it.each(WORDS)("in %s is distinguished from one of the harmless call", async (_, body) => {
    const refused = await hainanTask.tryCredentials(scripted([answered(body)]).account, { now: 0, signal });
    const taken = await hainanTask.tryCredentials(scripted([REFUSED]).account, { now: 0, signal });

    expect([refused, taken]).toEqual(["refused", "taken"]);
  });
});

it.each(["身份证号无效", "登录名称无效", "session start time must be before end", "授权书编号重复"])(
  "%s is about what was sent, not about who sends",
  async (errorMsg) => {
    const { account } = scripted([answered({ success: false, errorCode: 7, errorMsg })]);

    expect(await hainanTask.send(aRequest(), { account, signal })).toMatchObject({ kind: "rejected" });
  },
);
