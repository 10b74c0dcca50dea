/**
 * The endpoints by path; every other path is 404. A path is one endpoint, which says what methods it takes: a
 * write and a read under one path are one endpoint that distinguishes by `request.method`. Hainan's csb gateway
 * takes all calls at its base, with the api path in a header.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { Endpoint } from "./endpoint.ts";
import { hainanBase } from "./hainan/gateway.ts";
import { createTask } from "./hainan/task-create.ts";
import { cancelTask, finishTask } from "./hainan/task-end.ts";
import { queryByDay, scheduleDetail, teamWorks } from "./yunzhijia/schedule-reads.ts";
import { deleteSeries, modifySeries, repeatSchedule } from "./yunzhijia/schedule-series.ts";
import {
  createSchedule,
  deleteSchedules,
  finishSchedule,
  modifySchedule,
  unfinishSchedule,
} from "./yunzhijia/schedule-writes.ts";
import { actOnTodo } from "./yunzhijia/todo-action.ts";
import { checkTodo } from "./yunzhijia/todo-check.ts";
import { createTodo } from "./yunzhijia/todo-create.ts";
import { getAccessToken, refreshAccessToken } from "./yunzhijia/token-endpoints.ts";
import { readMessages, unreadMessages, waitingMessages } from "./yunzmall/message-lists.ts";

const endpoints: ReadonlyMap<string, Endpoint> = new Map([
  ["/gateway/oauth2/token/getAccessToken", getAccessToken],
  ["/gateway/oauth2/token/refreshToken", refreshAccessToken],
  ["/gateway/newtodo/open/generatetodo.json", createTodo],
  ["/gateway/newtodo/open/action.json", actOnTodo],
  ["/gateway/newtodo/open/checkcreatetodo.json", checkTodo],
  ["/gateway/cloudwork/newwork/create", createSchedule],
  ["/gateway/cloudwork/newwork/modify", modifySchedule],
  ["/gateway/cloudwork/newwork/delete", deleteSchedules],
  ["/gateway/cloudwork/newwork/finish", finishSchedule],
  ["/gateway/cloudwork/newwork/unfinish", unfinishSchedule],
  ["/gateway/cloudwork/newwork/repeatWork", repeatSchedule],
  ["/gateway/cloudwork/newwork/batchModify", modifySeries],
  ["/gateway/cloudwork/newwork/batchDelete", deleteSeries],
  ["/gateway/cloudwork/newwork/teamWorks", teamWorks],
  ["/gateway/cloudwork/newwork/queryByDay", queryByDay],
  ["/gateway/cloudwork/newwork/detail", scheduleDetail],
  [`${hainanBase}/tc/v2/openapi/task/create.json`, createTask],
  [`${hainanBase}/tc/openapi/task/finish.json`, finishTask],
  [`${hainanBase}/tc/openapi/task/cancel.json`, cancelTask],
]);

const messageEndpoints: ReadonlyMap<string, Endpoint> = new Map([
  ["unread", unreadMessages],
  ["read", readMessages],
  ["waitHandle", waitingMessages],
]);
const messagePath = /^\/business\/\d+\/admin\/message\/(\w+)$/;

export function endpointAt(path: string, headers: IncomingHttpHeaders): Endpoint | null {
  const apiName = headers["_api_name"];
  const named = path === hainanBase && typeof apiName === "string" ? `${hainanBase}${apiName}` : path;
  return endpoints.get(named) ?? messageEndpoints.get(messagePath.exec(path)?.[1] ?? "") ?? null;
}
