/**
 * POST /gateway/newtodo/open/checkcreatetodo.json (doc 000, 1.5).
 *
 * At most 5 checks in any 60 s per (sourcetype + sourceitemid): the openId is no part of that key. Over the
 * limit it still says success, with `data.check: false` (docs/platforms/yunzhijia.md, "Todos"); the zero counts
 * beside it mislead a client that does not read `errormsg`.
 */
import { z } from "zod";
import type { Fault } from "../faults/catalogue.ts";
import { type Call, jsonReply, type Reply, textField } from "../endpoint.ts";
import { parameterError, todoRefusal } from "./answers.ts";
import { behindGateway } from "./gateway.ts";
import type { Todo } from "./todo-book.ts";

const text = z.string().min(1);
const bodySchema = z.object({ sourcetype: text, sourceitemid: text, openId: text });

type Body = z.infer<typeof bodySchema>;

export const checkTodo = behindGateway({
  name: "todo.check",
  kind: "read",
  scope: "app",
  entityOf: (json) => textField(json, "sourceitemid"),
  perform: (call, appId) => {
    const body = bodySchema.safeParse(call.request.json);
    if (!body.success) return todoRefusal(0, { data: parameterError(body.error) });
    if (body.data.sourcetype !== appId) call.state.violations.note("foreignAppId");
    const { fault } = call;
    if (fault?.fault === "check-throttled") return tooFrequent(body.data, throttledCounts[fault.as]);
    if (fault?.fault === "check-failed") return failed(body.data, fault.as);
    if (
      !call.state.todoChecks.admit(
        { appId: body.data.sourcetype, sourceId: body.data.sourceitemid },
        call.request.at,
      )
    ) {
      call.state.violations.note("checkOverLimit");
      return tooFrequent(body.data, throttledCounts.zeros);
    }
    return showTodo(call, body.data);
  },
});

function showTodo(call: Call, { sourcetype, sourceitemid, openId }: Body): Reply {
  const todo = call.state.todos.find({ appId: sourcetype, sourceId: sourceitemid, openId });
  const state = todo ? visibleState(todo, call.state.clock.now()) : "absent";
  const check = state !== "absent" || call.state.settings.checkFlagWhenAbsent;
  const data = {
    sourceid: sourceitemid,
    appid: sourcetype,
    check,
    dealCount: state === "done" ? 1 : 0,
    undelCount: state === "pending" ? 1 : 0,
  };
  return jsonReply({ data, success: "true", errorCode: 0, error: "" }, { outcome: state });
}

function visibleState(todo: Todo, now: number): "absent" | "pending" | "done" {
  if (now < todo.visibleAt) return "absent";
  if (todo.deleted && now >= todo.deletedVisibleAt) return "absent";
  const isDone = now >= todo.dealVisibleAt ? todo.deal : !todo.deal;
  return isDone ? "done" : "pending";
}

/** What an over-limit answer has beside its `errormsg`; none of it means anything. */
const throttledCounts = {
  zeros: { check: false, dealCount: 0, undelCount: 0 },
  "no-counts": { check: false },
  pending: { check: false, dealCount: 0, undelCount: 1 },
  done: { check: false, dealCount: 1, undelCount: 0 },
  "check-true": { check: true, dealCount: 0, undelCount: 0 },
} as const;

function tooFrequent({ sourcetype, sourceitemid }: Body, counts: Readonly<Record<string, unknown>>): Reply {
  const errormsg = "Request too frequent, try later.";
  const data = { sourceid: sourceitemid, appid: sourcetype, errormsg, ...counts };
  return jsonReply({ data, success: "true", errorCode: 0, error: "" }, { outcome: "too frequent" });
}

type CheckFailure = Extract<Fault, { fault: "check-failed" }>["as"];

/** A check that failed inside: beside the error stand the default values of a Java server, `false, 0, 0`. */
function failed({ sourcetype, sourceitemid }: Body, as: CheckFailure): Reply {
  const named = { sourceid: sourceitemid, appid: sourcetype };
  const defaults = { ...named, check: false, dealCount: 0, undelCount: 0 };
  const body = { data: defaults, success: "true", errorCode: 0, error: "" };
  const bodies: Readonly<Record<CheckFailure, unknown>> = {
    errormsg: { ...body, data: { ...defaults, errormsg: "系统繁忙" } },
    error: { ...body, error: "query timed out" },
    code: { ...body, errorCode: 990_402 },
    message: { ...body, data: { ...defaults, msg: "系统繁忙" } },
    "no-counts": { ...body, data: { ...named, check: false } },
    "no-data": { ...body, data: null },
    list: { ...body, data: [] },
    both: { ...body, data: { ...named, check: true, dealCount: 1, undelCount: 1 } },
    another: {
      ...body,
      data: { ...named, sourceid: `${sourceitemid}-2`, check: true, dealCount: 0, undelCount: 1 },
    },
  };
  return jsonReply(bodies[as], { outcome: "failed" });
}
