/**
 * The envelopes of Yunzhijia's answers. Todos say `success` as text (doc 000),
 * tokens and schedules as a boolean (doc 002).
 *
 * Codes of 990000 and above are the sandbox' own: the vendor publishes none
 * for these cases (docs/platforms/yunzhijia.md, "Todos"), so no client may know them.
 */
import type { z } from "zod";
import { jsonReply, type Reply } from "../endpoint.ts";

export const ownCodes = {
  badTokenRequest: 990101,
  wrongSecret: 990102,
  staleTimestamp: 990103,
  wrongRefreshToken: 990104,
  deadToken: 990201,
  wrongScope: 990202,
  badSchedule: 990301,
  noSuchSchedule: 990302,
  notTheCreator: 990303,
} as const;

export function todoSuccess(outcome: string, errorCode: 0 | 200 = 0): Reply {
  return jsonReply({ error: "", data: {}, errorCode, success: "true" }, { outcome });
}

export function todoRefusal(
  errorCode: number,
  { data, success = "false" }: { readonly data: unknown; readonly success?: false | "false" },
): Reply {
  return jsonReply({ error: "", data, errorCode, success }, { outcome: `refused ${errorCode}` });
}

export function plainSuccess(data: unknown, outcome: string): Reply {
  return jsonReply({ data, error: null, errorCode: 0, success: true }, { outcome });
}

export function plainRefusal(
  errorCode: number,
  { error, status = 200 }: { readonly error: string; readonly status?: number },
): Reply {
  return jsonReply(
    { data: null, error, errorCode, success: false },
    { outcome: `refused ${errorCode}`, status },
  );
}

/** In the platform's words: `param error:'sourceId' is null.` */
export function parameterError(error: z.ZodError): string {
  const issue = error.issues[0];
  const missing = issue?.code === "invalid_type" && issue.message.endsWith("undefined");
  const empty = issue?.code === "too_small";
  return `param error:'${issue?.path.join(".") || "body"}' is ${missing || empty ? "null" : "invalid"}.`;
}
