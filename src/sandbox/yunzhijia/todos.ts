/**
 * Yunzhijia's todo endpoints (document 000; replies from PLATFORMS, "Yunzhijia: todo"). Strict: a missing
 * or mistyped required field is the documented parameter error.
 */
import type { Fault } from "../faults.ts";
import { fieldOf, textOf, type Answer, type Call } from "../platform.ts";
import type { TodoLedger } from "./todo-ledger.ts";
import type { Tokens } from "./tokens.ts";

const MOST_RECIPIENTS = 100;
const DEFAULT_LATE_MS = 20_000;

export function generateTodo(call: Call, fault: Fault | null, tokens: Tokens, ledger: TodoLedger): Answer {
  const { body } = call;
  const owner = authorize(call, tokens);
  if (owner === null) return UNAUTHORIZED;
  for (const name of ["url", "sourceId", "title", "headImg", "appId"]) {
    if (textOf(fieldOf(body, name)) === "") return missing(name);
  }
  const params = fieldOf(body, "params");
  if (!Array.isArray(params) || params.length === 0) return missing("params");
  if (params.some((item: unknown) => textOf(fieldOf(item, "openId")) === "")) return missing("openId");
  if (params.length > MOST_RECIPIENTS) return reply("false", 203, {});
  if (fieldOf(body, "appId") !== owner) return reply("false", 1, "appId does not belong to this token");

  const isSync = fieldOf(body, "sync") === true;
  if (isSync && fault?.name === "busy") return reply(false, 202, {});
  const bad = fault?.name === "bad-recipients" ? (fault.openIds ?? []) : [];
  const good = params.filter((item: unknown) => !bad.includes(textOf(fieldOf(item, "openId"))));
  if (fault?.name !== "not-stored") {
    const todo = { appId: owner, sourceId: textOf(fieldOf(body, "sourceId")), title: textOf(fieldOf(body, "title")) };
    const lateMs = fault?.name === "late" ? (fault.lateMs ?? DEFAULT_LATE_MS) : 0;
    for (const item of good) {
      const status = fieldOf(item, "status");
      const recipient = {
        openId: textOf(fieldOf(item, "openId")),
        deal: fieldOf(status, "DO") === 1,
        read: fieldOf(status, "READ") === 1,
      };
      ledger.create(todo, recipient, lateMs);
    }
  }
  if (!isSync) return reply("true", 0, {});
  if (bad.length > 0) return reply("false", good.length === 0 ? 505 : 501, bad);
  return reply("true", 200, {});
}

export function action(call: Call, fault: Fault | null, tokens: Tokens, ledger: TodoLedger): Answer {
  const { body } = call;
  const owner = authorize(call, tokens);
  if (owner === null) return UNAUTHORIZED;
  for (const name of ["sourcetype", "sourceitemid"]) {
    if (textOf(fieldOf(body, name)) === "") return missing(name);
  }
  const wanted = fieldOf(body, "actiontype");
  if (typeof wanted !== "object" || wanted === null) return missing("actiontype");
  const openIds = fieldOf(body, "openids");
  if (openIds !== undefined && !isTextList(openIds)) return missing("openids");
  if (fieldOf(body, "sourcetype") !== owner) return reply("false", 1, "sourcetype does not belong to this token");
  const isSync = fieldOf(body, "sync") === true;
  if (isSync && fault?.name === "busy") return reply(false, 202, {});
  if (fault?.name !== "not-stored") {
    ledger.act(owner, textOf(fieldOf(body, "sourceitemid")), openIds ?? null, {
      deal: fieldOf(wanted, "deal") === 1,
      read: fieldOf(wanted, "read") === 1,
      remove: fieldOf(wanted, "delete") === 1,
    });
  }
  return isSync ? reply("true", 200, {}) : reply("true", 0, {});
}

export function checkCreateTodo(call: Call, fault: Fault | null, tokens: Tokens, ledger: TodoLedger): Answer {
  const { body } = call;
  const owner = authorize(call, tokens);
  if (owner === null) return UNAUTHORIZED;
  for (const name of ["sourcetype", "sourceitemid", "openId"]) {
    if (textOf(fieldOf(body, name)) === "") return missing(name);
  }
  const appid = textOf(fieldOf(body, "sourcetype"));
  const sourceid = textOf(fieldOf(body, "sourceitemid"));
  const isAdmitted = ledger.admitCheck(appid, sourceid);
  if (!isAdmitted || fault?.name === "check-throttled") {
    const data = { sourceid, appid, check: false, dealCount: 0, undelCount: 0, errormsg: "Request too frequent, try later." };
    return reply("true", 0, data);
  }
  const counts = ledger.look(appid, sourceid, textOf(fieldOf(body, "openId")));
  return reply("true", 0, { sourceid, appid, check: true, ...counts });
}

/** How the gateway answers a bad token is unknown (PLATFORMS): the sandbox says 401. */
const UNAUTHORIZED: Answer = { status: 401, body: { success: false, errorCode: 401, error: "token is not valid", data: null } };

function authorize(call: Call, tokens: Tokens): string | null {
  return tokens.ownerOf(call.query.get("accessToken") ?? "", "app");
}

/** The quirk: a missing parameter is a failure with errorCode 0 and a string in `data`. */
function missing(name: string): Answer {
  return reply("false", 0, `param error:'${name}' is null.`);
}

function reply(success: "true" | "false" | false, errorCode: number, data: unknown): Answer {
  return { status: 200, body: { error: "", data, errorCode, success } };
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => textOf(item) !== "");
}
