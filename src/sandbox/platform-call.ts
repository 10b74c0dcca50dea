/**
 * One call to a pretend platform: it arrives, is logged, meets a fault or none, is performed, and is answered.
 *
 * Invariant: the call log has every call that arrived, with what the platform really did, whatever the client
 * saw.
 */
import type { CallEntry } from "./call-log.ts";
import type { Call, Endpoint, PlatformRequest, Reply } from "./endpoint.ts";
import { shapeAnswer } from "./envelope.ts";
import { type Exchange, parseJson } from "./exchange.ts";
import { afterStoring, beforeStoring, retryLater } from "./faults/damage.ts";
import { failedInside } from "./faults/failed-inside.ts";
import { type Transmission, transmit } from "./transmission.ts";
import type { SandboxState } from "./state.ts";

const soon = { retryAfterSeconds: 1, httpDate: false, bare: false };

type Arrival = { readonly path: string; readonly query: URLSearchParams; readonly text: string };

export function answerPlatformCall(
  state: SandboxState,
  {
    endpoint,
    arrival,
    exchange,
  }: { readonly endpoint: Endpoint; readonly arrival: Arrival; readonly exchange: Exchange },
): void {
  const request = toPlatformRequest(state, { arrival, exchange });
  const subject = endpoint.describe(request, state);
  const doom = state.dooms.take(exchange.request.socket);
  const fault = doom?.fault ?? state.faults.draw(endpoint, { account: subject.account, at: request.at });
  const entry = state.calls.note({
    seq: state.sequence.next(),
    at: request.at,
    endpoint: endpoint.name,
    ...subject,
    outcome: "open",
    fault: doom ? "reset-on-reuse" : (fault?.fault ?? null),
  });
  if (!doom && fault?.fault === "reset-on-reuse") state.dooms.pronounce(exchange.request.socket, fault);
  transmit(exchange, {
    transmission: decideAnswer(endpoint, { call: { request, subject, state, fault }, entry }),
    clock: state.clock,
  });
}

function decideAnswer(
  endpoint: Endpoint,
  { call, entry }: { readonly call: Call; readonly entry: CallEntry },
): Transmission {
  const { state, fault } = call;
  const over = noteRate(endpoint, call);
  const unperformed = fault && beforeStoring(fault, { request: call.request, clock: state.clock });
  if (unperformed) {
    entry.outcome = "nothing done";
    return unperformed;
  }
  const reply = over ?? shapeAnswer(performAtEndpoint(endpoint, call), { endpoint, call });
  entry.outcome = reply.outcome;
  return fault ? afterStoring(fault, reply) : { kind: "answer", reply };
}

function performAtEndpoint(endpoint: Endpoint, call: Call): Reply {
  if (call.fault?.fault === "failed-inside") return failedInside(endpoint, call.fault.as);
  if (endpoint.methods.includes(call.request.method)) return endpoint.perform(call);
  const headers = { allow: endpoint.methods.join(", ") };
  return { status: 405, headers, text: "{}", outcome: "wrong method" };
}

/** A 429 when the published limit is exceeded and enforced. */
function noteRate(endpoint: Endpoint, { request, subject, state }: Call): Reply | null {
  const enforced = state.settings.enforceRate;
  if (
    !state.rates.exceeded({ endpoint: endpoint.name, account: subject.account }, { at: request.at, enforced })
  )
    return null;
  state.violations.note("rateOverLimit");
  state.violations.note(`rateOverLimit ${endpoint.name}`);
  if (!enforced) return null;
  return retryLater({ status: 429, text: "Too Many Requests", wait: soon }, state.clock);
}

function toPlatformRequest(
  state: SandboxState,
  { arrival, exchange: { request } }: { readonly arrival: Arrival; readonly exchange: Exchange },
): PlatformRequest {
  return {
    ...arrival,
    method: request.method ?? "GET",
    headers: request.headers,
    json: parseJson(arrival.text),
    at: state.clock.now(),
  };
}
