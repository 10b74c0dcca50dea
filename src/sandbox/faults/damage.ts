/**
 * What a fault makes of a call: before the platform looks at it, or after it
 * has done its work.
 *
 * Invariant: `beforeStoring` answers for the faults that store nothing, and
 * `afterStoring` for those where the work is done and only the answer suffers.
 */
import type { Clock } from "../clock.ts";
import type { Reply } from "../endpoint.ts";
import type { Transmission } from "../transmission.ts";
import type { Fault } from "./catalogue.ts";

/** Null: the call is performed. */
export function beforeStoring(fault: Fault, clock: Clock): Transmission | null {
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
      return answer(retryLater(429, "Too Many Requests", fault, clock));
    case "unavailable":
      return answer(retryLater(503, "Service Unavailable", fault, clock));
    case "bad-recipients":
    case "broken-json":
    case "busy":
    case "check-throttled":
    case "cut-after":
    case "duplicate-empty":
    case "error-after":
    case "hang-after":
    case "huge-body":
    case "late":
    case "member-lookup-failed":
    case "not-stored":
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
    case "slow-drip":
      return { kind: "drip", reply, totalMs: fault.totalMs, pieces: fault.pieces };
    case "bad-recipients":
    case "busy":
    case "check-throttled":
    case "cut-before":
    case "duplicate-empty":
    case "error-before":
    case "hang":
    case "late":
    case "member-lookup-failed":
    case "not-stored":
    case "refuse":
    case "throttled":
    case "token-down":
    case "token-expired":
    case "unavailable":
      break;
  }
  return answer(reply);
}

type RetryWait = { readonly retryAfterSeconds: number; readonly httpDate: boolean; readonly bare: boolean };

export function retryLater(status: 429 | 503, text: string, wait: RetryWait, clock: Clock): Reply {
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

function answer(reply: Reply): Transmission {
  return { kind: "answer", reply };
}
