/**
 * The effect of a fault on a call: before the platform performs it, or after.
 *
 * Invariant: `beforeStoring` answers for faults that store nothing, `afterStoring` for those where the call is
 * performed and only the answer is damaged.
 */
import type { Clock } from "../clock.ts";
import { jsonReply, type PlatformRequest, type Reply } from "../endpoint.ts";
import type { Transmission } from "../transmission.ts";
import type { Fault } from "./catalogue.ts";

/** Null: the call is performed. */
export function beforeStoring(
  fault: Fault,
  { request, clock }: { readonly request: PlatformRequest; readonly clock: Clock },
): Transmission | null {
  switch (fault.fault) {
    case "refuse":
      return { kind: "reset" };
    case "hang":
      return { kind: "hang", limitMs: fault.limitMs };
    case "cut-before":
      return { kind: "cut" };
    case "error-before":
    case "token-down":
      return answer(failure(fault.status));
    case "throttled":
      return answer(retryLater({ status: 429, text: "Too Many Requests", wait: fault }, clock));
    case "unavailable":
      return answer(retryLater({ status: 503, text: "Service Unavailable", wait: fault }, clock));
    case "echo":
      return answer(echo(request, fault.status));
    case "firewall":
      return isMeant(fault.containing, request) ? answer(failure(403)) : null;
    case "altered-text":
    case "bad-recipients":
    case "broken-json":
    case "busy":
    case "check-failed":
    case "check-throttled":
    case "cut-after":
    case "duplicate-empty":
    case "duplicate-foreign":
    case "empty-list":
    case "encoded":
    case "error-after":
    case "failed-inside":
    case "hang-after":
    case "huge-body":
    case "late":
    case "lying-proxy":
    case "member-lookup-failed":
    case "not-stored":
    case "other-id":
    case "parameter-error":
    case "reset-on-reuse":
    case "slow-drip":
    case "token-expired":
      break;
  }
  return null;
}

export function afterStoring(fault: Fault, reply: Reply): Transmission {
  switch (fault.fault) {
    case "hang-after":
      return { kind: "hang", limitMs: fault.limitMs };
    case "cut-after":
      return fault.midAnswer ? { kind: "cut-mid-answer", reply } : { kind: "cut" };
    case "error-after":
      return answer(failure(fault.status));
    case "broken-json":
      return answer({ ...reply, text: reply.text.slice(0, -2) });
    case "huge-body":
      return answer({ ...reply, text: `${reply.text.slice(0, -1)},"padding":"${"x".repeat(fault.bytes)}"}` });
    case "lying-proxy":
      return answer(lie(fault.status, fault.retryAfterSeconds));
    case "empty-list":
      return answer(jsonWith(reply, []));
    case "other-id":
      return answer(jsonWith(reply, { workId: "5b33291f14cada713f839b49" }));
    case "encoded":
      return { kind: "encoded", reply, as: fault.as };
    case "slow-drip":
      return { kind: "drip", reply, totalMs: fault.totalMs, pieces: fault.pieces };
    case "altered-text":
    case "bad-recipients":
    case "busy":
    case "check-failed":
    case "check-throttled":
    case "cut-before":
    case "duplicate-empty":
    case "duplicate-foreign":
    case "echo":
    case "firewall":
    case "error-before":
    case "failed-inside":
    case "hang":
    case "late":
    case "member-lookup-failed":
    case "not-stored":
    case "parameter-error":
    case "refuse":
    case "reset-on-reuse":
    case "throttled":
    case "token-down":
    case "token-expired":
    case "unavailable":
      break;
  }
  return answer(reply);
}

/** The same success with other data: as of an index that is being built. */
function jsonWith(reply: Reply, data: unknown): Reply {
  const body = reply.body as { readonly success?: unknown } | undefined;
  return body?.success === true ? jsonReply({ ...body, data }, { outcome: reply.outcome }) : reply;
}

type RetryWait = { readonly retryAfterSeconds: number; readonly httpDate: boolean; readonly bare: boolean };

export function retryLater(
  { status, text, wait }: { readonly status: 429 | 503; readonly text: string; readonly wait: RetryWait },
  clock: Clock,
): Reply {
  return { status, headers: retryAfterHeader(wait, clock), text, outcome: `status ${status}` };
}

function retryAfterHeader(wait: RetryWait, clock: Clock): Record<string, string> {
  const plain = { "content-type": "text/plain" };
  if (wait.bare) return plain;
  if (!wait.httpDate) return { ...plain, "retry-after": String(wait.retryAfterSeconds) };
  return { ...plain, "retry-after": new Date(clock.now() + wait.retryAfterSeconds * 1_000).toUTCString() };
}

function failure(status: number): Reply {
  const text = `<html><body><h1>${status}</h1></body></html>`;
  return { status, headers: { "content-type": "text/html" }, text, outcome: `status ${status}` };
}

/** The answer of a proxy to a call that the platform has performed. */
function lie(status: number, retryAfterSeconds: number | null): Reply {
  const text = "upstream connect error or disconnect/reset before headers";
  const wait = retryAfterSeconds === null ? {} : { "retry-after": String(retryAfterSeconds) };
  return { status, headers: { "content-type": "text/plain", ...wait }, text, outcome: `status ${status}` };
}

/**
 * A refusal that repeats the whole request, secrets and token included, with every character escaped that JSON
 * allows to escape.
 */
function echo({ method, path, query, headers, text }: PlatformRequest, status: number): Reply {
  const words = `cannot serve ${method} ${path}?${query.toString()} ${JSON.stringify(headers)} ${text}`;
  const content = { success: false, responseCode: "SANDBOX.ECHO", responseMessage: words, data: null };
  const body = {
    success: false,
    errorCode: 990_401,
    error: words,
    errorMsg: words,
    result: 0,
    msg: words,
    data: null,
    content,
  };
  return { ...jsonReply(body, { outcome: "refused, echoed", status }), text: escaped(JSON.stringify(body)) };
}

function escaped(json: string): string {
  return json
    .replaceAll("/", String.raw`\/`)
    .replace(/[-=&]/g, (character) => String.raw`\u00` + character.charCodeAt(0).toString(16));
}

/** Whether the call contains the text, in its body or, decoded, in its query. Undefined matches every call. */
function isMeant(containing: string | undefined, { query, text }: PlatformRequest): boolean {
  if (containing === undefined) return true;
  return text.includes(containing) || [...query.values()].some((value) => value.includes(containing));
}

function answer(reply: Reply): Transmission {
  return { kind: "answer", reply };
}
