/**
 * Schedules: a create, and what follows it in its lane by the key of the create.
 */
import { yunzhijiaSchedule } from "../../src/platforms/yunzhijia/schedule/channel.ts";
import type { EndpointName } from "../../src/sandbox/endpoint.ts";
import { NOW } from "../support/builders.ts";
import type { Channel } from "../../src/platforms/channel.ts";
import { describeChannelContract } from "./channel-contract.ts";

const HOUR = 3_600_000;
const MARKER = "季度经营分析会";
const ANN = "5a67e08d00b0e8dfe4aab4fa";
const TIME = { startDate: NOW + HOUR, endDate: NOW + 2 * HOUR };

/** Where the reads of this endpoint are needed. */
const lookupAt = (endpoint: EndpointName): string =>
  endpoint === "schedule.queryByDay" ? "lists" : "detail";

describeChannelContract({
  channel: yunzhijiaSchedule as Channel,
  settings: { platform: "yunzhijia", appId: "500041933", todoMode: "async", scheduleLookup: "lists" },
  endpoints: {
    token: "token",
    "schedule.create": "write",
    "schedule.finish": "write",
    "schedule.delete": "write",
    "schedule.detail": "read",
    "schedule.queryByDay": "read",
    // teamWorks is asked for schedules whose day is not known: see find.test.ts.
  },
  shape: {
    account: (url, endpoint) => {
      const secrets = 'appSecret: sandbox-app-secret, eid: "123456", resGroupSecret: sandbox-schedule-secret';
      const reads = `rate: { schedule: 1000/s }, schedule: { lookup: ${lookupAt(endpoint)} }`;
      return `{ platform: yunzhijia, baseUrl: "${url}", allowHttp: true, appId: "500041933", ${secrets}, ${reads} }`;
    },
    orders: () => [
      {
        operation: "schedule.create",
        key: "kept",
        payload: { openid: ANN, content: MARKER, noticeTime: 15, ...TIME },
      },
      { operation: "schedule.finish", payload: { openid: ANN, of: "kept" } },
      {
        operation: "schedule.create",
        key: "deleted",
        payload: { openid: ANN, content: `${MARKER}（取消）`, noticeTime: 15, ...TIME },
      },
      { operation: "schedule.delete", payload: { openid: ANN, of: "deleted" } },
    ],
  },
  stored: ({ request: { operation }, payload }, { schedules }) => {
    if (operation === "schedule.create")
      return [schedules.filter(({ content }) => content === payload["content"]).length];
    const verb = operation.split(".")[1];
    return [schedules.some(({ history }) => history.some(({ change }) => change === verb)) ? 1 : 0];
  },
  evidence: ["list", "detail"],
  marker: MARKER,
  good: {
    send: { success: true, errorCode: 0, error: null, data: { workId: "5b33291f14cada713f839b49" } },
    check: {
      success: true,
      errorCode: 0,
      error: null,
      data: [
        {
          id: "5b33291f14cada713f839b49",
          openid: ANN,
          content: MARKER,
          createDate: NOW,
          noticeTime: 15,
          workStatus: 0,
          ...TIME,
        },
      ],
    },
  },
});
