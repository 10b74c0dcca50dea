/**
 * Todos: a create with two recipients, and the update that follows it in its lane.
 */
import { yunzhijiaTodo } from "../../src/platforms/yunzhijia/todo/channel.ts";
import type { Channel } from "../../src/platforms/channel.ts";
import { describeChannelContract } from "./channel-contract.ts";

const APP = "500041933";
const MARKER = "费用报销待您审批";

describeChannelContract({
  channel: yunzhijiaTodo as Channel,
  settings: { platform: "yunzhijia", appId: APP, todoMode: "async", scheduleLookup: "auto" },
  endpoints: { token: "token", "todo.create": "write", "todo.action": "write", "todo.check": "read" },
  shape: {
    account: (url) =>
      `{ platform: yunzhijia, baseUrl: "${url}", allowHttp: true, appId: "${APP}", appSecret: sandbox-app-secret }`,
    orders: () => [
      {
        operation: "todo.create",
        payload: {
          sourceId: "leave-1",
          appId: APP,
          title: MARKER,
          content: MARKER,
          itemtitle: "费用报销",
          headImg: "https://oa.example/icon.png",
          url: "https://oa.example/leave/1",
          params: ["ann", "bob"].map((openId) => ({ openId, status: { DO: 0, READ: 0 } })),
        },
      },
      {
        operation: "todo.update",
        payload: {
          sourcetype: APP,
          sourceitemid: "leave-1",
          openids: ["ann", "bob"],
          actiontype: { deal: 1, read: 1, delete: 0 },
          sync: false,
        },
      },
    ],
  },
  stored: ({ state }, { todos }) =>
    state.recipients.map(({ id }) =>
      todos
        .filter(({ openId }) => openId === id)
        .reduce((sum, { stores, repeats }) => sum + stores + repeats, 0),
    ),
  evidence: ["check"],
  // The platform knows one todo under a sourceId: of equal creates each is shown it, and the evidence says whose it is.
  sharesProof: true,
  marker: MARKER,
  good: {
    send: { error: "", errorCode: 0, success: "true", data: {} },
    check: {
      data: { sourceid: "leave-1", appid: APP, check: true, dealCount: 0, undelCount: 1 },
      success: "true",
      errorCode: 0,
      error: "",
    },
  },
});
