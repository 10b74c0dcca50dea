/**
 * The envelope of doc 003: an outer `success` of the gateway and an inner one of
 * the task centre. Which of them a refusal turns false is unknown: see the
 * setting `hainanRefusal`. All refusal codes are the sandbox' own.
 */
import { jsonReply, type Reply } from "../endpoint.ts";
import type { Settings } from "../settings.ts";

export function taskSuccess(data: unknown, outcome: string): Reply {
  const content = { data, success: true, responseCode: "0", responseMessage: "OK" };
  return jsonReply({ success: true, content }, { outcome });
}

export function taskRefusal(
  settings: Settings,
  { code, message }: { readonly code: string; readonly message: string },
): Reply {
  const content = { data: null, success: false, responseCode: `SANDBOX.${code}`, responseMessage: message };
  return jsonReply({ success: settings.hainanRefusal === "inner", content }, { outcome: `refused ${code}` });
}
