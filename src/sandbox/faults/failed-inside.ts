/**
 * The answer of a server that has failed without noticing: success beside an error text or a code, with empty
 * data. Nothing was done or looked up.
 */
import { type Endpoint, jsonReply, type Reply } from "../endpoint.ts";
import type { Fault } from "./catalogue.ts";

type As = Extract<Fault, { fault: "failed-inside" }>["as"];

const WORDS = "系统繁忙，请稍后再试";
const CODE = 990_402;

export function failedInside({ name }: Pick<Endpoint, "name">, as: As): Reply {
  return jsonReply(bodyOf(name, as === "error"), { outcome: "failed inside, says success" });
}

function bodyOf(name: Endpoint["name"], hasWords: boolean): unknown {
  if (name.startsWith("task.")) {
    const [responseCode, responseMessage] = hasWords ? ["0", WORDS] : ["SYSTEM_ERROR", ""];
    return { success: true, content: { success: true, responseCode, responseMessage, data: null } };
  }
  // For todos 200 is the verdict of the synchronous mode.
  if (name.startsWith("todo."))
    return { error: hasWords ? WORDS : "", errorCode: hasWords ? 200 : CODE, success: "true", data: {} };
  const isList = name === "schedule.teamWorks" || name === "schedule.queryByDay";
  const data = isList ? [] : null;
  return { error: hasWords ? WORDS : null, errorCode: hasWords ? 0 : CODE, success: true, data };
}
