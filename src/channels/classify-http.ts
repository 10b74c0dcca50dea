/**
 * What an HTTP status alone says, the same for every platform (DESIGN section 6). Null where the body
 * decides.
 */
import { readAnswer } from "../delivery/answer-json.ts";
import type { SendOutcome } from "../delivery/outcome.ts";
import type { PlatformAnswer } from "./platform-http.ts";

export type TransportOutcome = Extract<
  SendOutcome,
  { kind: "unknown" | "unreachable" | "throttled" | "unauthorized" | "rejected" | "invalid" }
>;

export function classifyTransport(answer: PlatformAnswer, now: number): TransportOutcome | null {
  switch (answer.kind) {
    case "unreachable":
    case "invalid":
      return { kind: answer.kind, detail: answer.detail };
    case "notPermitted":
      return {
        kind: "throttled",
        retryAfterMs: answer.retryAfterMs,
        detail: "the account's rate had no place for it",
      };
    case "lost":
      return { kind: "unknown", cause: answer.cause, detail: answer.detail };
    case "answered":
      return classifyStatus(answer.status, answer.retryAfter, now);
  }
}

function classifyStatus(status: number, retryAfter: string | null, now: number): TransportOutcome | null {
  if (status >= 200 && status < 300) return null;
  const detail = `HTTP ${status}`;
  if (status === 429 || status === 503) {
    return { kind: "throttled", retryAfterMs: parseRetryAfter(retryAfter, now), detail };
  }
  if (status === 401 || status === 403) return { kind: "unauthorized", detail };
  if (status >= 500) return { kind: "unknown", cause: "serverError", detail };
  // Redirects are not followed: a platform that redirects a POST is not the one that was configured.
  return { kind: "rejected", code: `HTTP ${status}`, text: "the platform refused the request" };
}

/** Retry-After in both its forms, in ms from `now`; null if absent or not understood. */
export function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1_000;
  // A date has the name of its month; without one Date.parse would make a year of "-5".
  const at = /[a-z]{3}/i.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** Parses a JSON body; undefined when it is not JSON. Integers beyond 2^53 arrive as text. */
export function parseBody(text: string): unknown {
  return readAnswer(text);
}
