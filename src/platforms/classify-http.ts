/**
 * Classifies an answer by its HTTP status alone, for every platform alike (ARCHITECTURE section 5, "By HTTP").
 * Null where the body decides.
 *
 * Balancers, proxies and gateways stand between us and a platform. Each of them may answer in its place, even
 * after the platform has stored what was sent. So only a status that none of them gives after that point is a
 * refusal; with any other the outcome is unknown, and is verified.
 */
import { refusalText } from "../delivery/error-words.ts";
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
      return classifyStatus(answer, now);
  }
}

/**
 * Redirects are never followed. A gateway may redirect to its login or maintenance page for a while, and an
 * application may redirect to what it has just stored. So the outcome is unknown: a redirect costs time, but
 * loses no delivery.
 */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Statuses that are never given after the platform has stored the send. Not among them: given up during the
 * call (408, 499), a conflict that may be with our own earlier send (409, 423), too early (425).
 *
 * These are the 4xx of RFC 9110 and its registry. Any other 4xx (420, 444, 460, 494 to 498 …) comes from a
 * proxy, and some of those are given after the request was passed on.
 */
const REFUSED: ReadonlySet<number> = new Set([
  400, 402, 404, 405, 406, 407, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 424, 426, 428, 431,
  451,
]);

function classifyStatus(
  { status, retryAfter }: { readonly status: number; readonly retryAfter: string | null },
  now: number,
): TransportOutcome | null {
  if (status >= 200 && status < 300) return null;
  const detail = `HTTP ${status}`;
  const retryAfterMs = parseRetryAfter(retryAfter, now);
  if (status === 429) return { kind: "throttled", retryAfterMs, detail };
  if (status === 401 || status === 403) return { kind: "unauthorized", detail };
  if (REFUSED.has(status)) {
    return { kind: "rejected", code: detail, text: "the platform refused the request" };
  }
  const told = retryAfterMs === null ? {} : { retryAfterMs };
  const words = REDIRECTS.has(status) ? `${detail}: a redirect, which is not followed` : detail;
  return { kind: "unknown", cause: "serverError", detail: words, ...told };
}

/**
 * What the answer to a harmless call says about the credentials, in the form of `Probed.refusal`: null when the
 * platform takes them.
 */
export function probeRefusal(answer: PlatformAnswer, now: number): { kind: string; detail: string } | null {
  const outcome = classifyTransport(answer, now);
  if (outcome === null) return null;
  const { kind } = outcome;
  return { kind, detail: kind === "rejected" ? refusalText(outcome) : outcome.detail };
}

/** After how many ms asking again makes sense; null where the answer does not say. */
export function retryAfterOf(outcome: TransportOutcome | null): number | null {
  return outcome?.kind === "throttled" || outcome?.kind === "unknown" ? (outcome.retryAfterMs ?? null) : null;
}

/** A longer wait is cut to this: otherwise the platform's wait alone could make a delivery miss its deadline. */
const LONGEST_RETRY_AFTER_MS = 15 * 60_000;

/**
 * Retry-After in both its forms, in ms from `now`, at most 15 minutes; null if absent or not understood.
 */
export function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  const ms = retryAfterMs(value, now);
  return Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), LONGEST_RETRY_AFTER_MS);
}

function retryAfterMs(value: string, now: number): number {
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1_000;
  // An HTTP date has the name of a month. Without this test Date.parse would read "-5" as a date.
  return /[a-z]{3}/i.test(value) ? Date.parse(value) - now : NaN;
}

/** Parses a JSON body; undefined when it is not JSON. Integers beyond 2^53 arrive as text. */
export function parseBody(text: string): unknown {
  return readAnswer(text);
}
