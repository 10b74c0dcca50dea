/**
 * Tasks: two assignees in one package, and one for itself. Hainan shows nothing: the reply is the proof, and
 * asking again with the same bizTaskId the only question.
 */
import { hainanTask } from "../../src/platforms/hainan/task/channel.ts";
import type { Channel } from "../../src/platforms/channel.ts";
import { SHARED_TASK } from "../support/hainan-tasks.ts";
import { describeChannelContract, type Order } from "./channel-contract.ts";

const MARKER = "数据资源目录审批";

function aTask(subject: string, who: Readonly<Record<string, unknown>>): Order {
  return {
    operation: "task.create",
    key: subject,
    payload: {
      ...SHARED_TASK,
      subject,
      dueTime: "2026-06-06 12:00:03",
      sourceAppkey: "oa",
      detailLinkOpenType: "ddtab",
      ...who,
    },
  };
}

describeChannelContract({
  channel: hainanTask as Channel,
  settings: { platform: "hainan", onLostPackage: "newPackage" },
  endpoints: { "task.create": "write" },
  shape: {
    account: (url) =>
      `{ platform: hainan, baseUrl: "${url}/apione", allowHttp: true, accessKey: sandbox-ak, secretKey: sandbox-sk, signer: { kind: none } }`,
    orders: () => [
      aTask(MARKER, { assigneeId: "2001", assigneeInfo: { imgId: "", name: "张三" } }),
      aTask(`${MARKER}（会签）`, { assignees: [{ assigneeId: "2002" }, { assigneeId: "2003" }] }),
    ],
  },
  exceptions: [
    {
      at: "task.create",
      fault: "not-stored",
      why: "it answers with ids and shows its tasks to nobody; later it may refuse the package that never was",
      statuses: ["confirmed", "partial"],
      isUndetectable: true,
    },
    {
      at: "task.create",
      fault: "duplicate-empty",
      why: "a first send that is a duplicate is one of somebody else's",
      statuses: ["confirmed", "rejected", "partial"],
    },
  ],
  stored: ({ payload, state }, { tasks }) =>
    state.recipients.map(({ id }) =>
      tasks
        .filter(({ subject, assigneeId }) => subject === payload["subject"] && assigneeId === id)
        .reduce((sum, { stores }) => sum + stores, 0),
    ),
  evidence: ["reply"],
  marker: MARKER,
  good: {
    send: {
      success: true,
      content: { success: true, data: { taskUuid: "t-1", packageUuid: "p-1", subject: MARKER } },
    },
    check: {
      success: true,
      content: { success: true, data: { taskUuid: "t-1", packageUuid: "p-1", subject: MARKER } },
    },
  },
});
