/**
 * The way of one call to a pretend platform: it arrives, is written down,
 * meets its fault or none, is performed, and is answered.
 *
 * Invariant: the call log knows every call that arrived, with what the platform
 * really did, whatever the client got to see.
 */
import type { CallEntry } from "./call-log.ts";
import type { Call, Endpoint, PlatformRequest, Reply } from "./endpoint.ts";
import { shapeAnswer } from "./envelope.ts";
import { type Exchange, parseJson } from "./exchange.ts";
import { afterStoring, beforeStoring, retryLater } from "./faults/damage.ts";
import { type Transmission, transmit } from "./transmission.ts";
import type { World } from "./world.ts";

const soon = { retryAfterSeconds: 1, httpDate: false, bare: false };

type Arrival = { readonly path: string; readonly query: URLSearchParams; readonly text: string };

export function answerPlatformCall(
  world: World,
  endpoint: Endpoint,
  arrival: Arrival,
  exchange: Exchange,
): void {
  const request = toPlatformRequest(world, arrival, exchange);
  const subject = endpoint.describe(request, world);
  const doom = world.dooms.take(exchange.request.socket);
  const fault = doom?.fault ?? world.faults.draw(endpoint, subject.account, request.at);
  const entry = world.calls.note({
    seq: world.sequence.next(),
    at: request.at,
    endpoint: endpoint.name,
    ...subject,
    outcome: "open",
    fault: doom ? "reset-on-reuse" : (fault?.fault ?? null),
  });
  if (!doom && fault?.fault === "reset-on-reuse") world.dooms.pronounce(exchange.request.socket, fault);
  transmit(exchange, decideAnswer(endpoint, { request, subject, world, fault }, entry), world.clock);
}

function decideAnswer(endpoint: Endpoint, call: Call, entry: CallEntry): Transmission {
  const { world, fault } = call;
  const over = noteRate(endpoint, call);
  const unperformed = fault && beforeStoring(fault, call.request, world.clock);
  if (unperformed) {
    entry.outcome = "nothing done";
    return unperformed;
  }
  const reply = over ?? shapeAnswer(performAtEndpoint(endpoint, call), endpoint, call);
  entry.outcome = reply.outcome;
  return fault ? afterStoring(fault, reply) : { kind: "answer", reply };
}

function performAtEndpoint(endpoint: Endpoint, call: Call): Reply {
  if (endpoint.methods.includes(call.request.method)) return endpoint.perform(call);
  const headers = { allow: endpoint.methods.join(", ") };
  return { status: 405, headers, text: "{}", outcome: "wrong method" };
}

/** A 429 when the published limit is passed and enforced. */
function noteRate(endpoint: Endpoint, { request, subject, world }: Call): Reply | null {
  const enforced = world.settings.enforceRate;
  if (!world.rates.exceeded(endpoint.name, subject.account, request.at, enforced)) return null;
  world.violations.note("rateOverLimit");
  world.violations.note(`rateOverLimit ${endpoint.name}`);
  if (!enforced) return null;
  return retryLater(429, "Too Many Requests", soon, world.clock);
}

function toPlatformRequest(world: World, arrival: Arrival, { request }: Exchange): PlatformRequest {
  return {
    ...arrival,
    method: request.method ?? "GET",
    headers: request.headers,
    json: parseJson(arrival.text),
    at: world.clock.now(),
  };
}
