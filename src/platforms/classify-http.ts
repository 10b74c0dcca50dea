/**
 * What an HTTP status alone says, the same for every platform (ARCHITECTURE section 5, "By HTTP"). Null where the
 * body decides.
 *
 * Between us and a platform stand balancers, proxies and gateways, and each of them may answer in its
 * place, also after the platform has stored what was sent. So only a status that nobody gives after that
 * point is a refusal: the others leave it unknown, and it is verified.
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
 * Never followed. A gateway redirects to its login or maintenance page for a while, and an application that has
 * stored what was sent redirects to what it made: so it is asked about, and a redirect costs time, no delivery.
 */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Statuses that nobody gives after the platform has stored. Not among them: given up while it was under way (408,
 * 499), in conflict with what may be our own (409, 423), not to be taken yet (425).
 *
 * What RFC 9110 and its registry have besides. Any other 4xx is a proxy's own (420, 444, 460, 494 to 498 …), and
 * some of those are given after a request was passed on.
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
 * What the answer to a harmless call says of the credentials, as `Probed.refusal` has it: null when the platform takes
 * them.
 */
export function probeRefusal(answer: PlatformAnswer, now: number): { kind: string; detail: string } | null {
  const outcome = classifyTransport(answer, now);
  if (outcome === null) return null;
  const { kind } = outcome;
  return { kind, detail: kind === "rejected" ? refusalText(outcome) : outcome.detail };
}

/** When asking again makes sense, if the answer says so. */
export function retryAfterOf(outcome: TransportOutcome | null): number | null {
  return outcome?.kind === "throttled" || outcome?.kind === "unknown" ? (outcome.retryAfterMs ?? null) : null;
}

/** A longer wait is cut to this: it would decide not when, but whether a delivery ends well. */
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
  // A date has the name of its month; without one Date.parse would make a year of "-5".
  return /[a-z]{3}/i.test(value) ? Date.parse(value) - now : NaN;
}

/** Parses a JSON body; undefined when it is not JSON. Integers beyond 2^53 arrive as text. */
export function parseBody(text: string): unknown {
  return readAnswer(text);
}
