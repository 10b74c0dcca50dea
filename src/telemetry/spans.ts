/**
 * Turns events into spans: one trace for each delivery, from its producer through acknowledgement, sends and
 * checks to the callback. Pure.
 *
 * No span stays open while a delivery waits, and only the producer's `traceparent` is stored. The ids of the
 * trace and its first span are derived from the delivery's id, so every process knows them, and decides alike
 * whether they are kept. Spans hold names, counts and codes; never a payload, a recipient, a platform's text or
 * a secret.
 */
import { createHash } from "node:crypto";
import { readTraceparent, type TraceParent } from "../delivery/traceparent.ts";
import type { BidaEvent } from "./events.ts";

export interface SpanDraft {
  readonly name: string;
  readonly kind: "server" | "client" | "internal";
  readonly own: TraceParent;
  /** Null for the first span of its trace. */
  readonly parent: TraceParent | null;
  readonly links: readonly TraceParent[];
  readonly durationMs: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** A code if it failed; null otherwise. */
  readonly error: string | null;
}

interface Traced {
  readonly account: string;
  readonly id: string;
  readonly traceparent: string | null;
}

export interface SpanNaming {
  /** The share of the traces that begin here which is kept, 0 to 1. For others the producer decides. */
  readonly ratio: number;
  /** Distinguishes processes. */
  readonly instance: string;
}

/** The span of a delivery's acknowledgement, the parent of its sends, checks and callbacks. */
export function acknowledgement(
  { account, id, traceparent }: Traced,
  ratio: number,
): { readonly own: TraceParent; readonly parent: TraceParent | null } {
  const digest = digestOf(account, id);
  const parent = readTraceparent(traceparent);
  const traceId = parent?.traceId ?? digest.slice(0, 32);
  const isSampled = parent?.isSampled ?? Number.parseInt(traceId.slice(0, 8), 16) / 2 ** 32 < ratio;
  return { own: { traceId, spanId: digest.slice(32, 48), isSampled }, parent };
}

/** The spans of one event; empty if its trace is not kept. */
export function spansOf(event: BidaEvent, naming: SpanNaming): readonly SpanDraft[] {
  const span = spanOf(event, naming);
  return span !== null && span.own.isSampled ? [span] : [];
}

function spanOf(event: BidaEvent, naming: SpanNaming): SpanDraft | null {
  switch (event.event) {
    case "http.answered":
      return requestSpan(event);
    case "delivery.acknowledged": {
      const { own, parent } = acknowledgement(event, naming.ratio);
      const name = `acknowledge ${event.operation}`;
      return { ...QUIET, name, own, parent, durationMs: event.durationMs, attributes: aboutDelivery(event) };
    }
    case "delivery.sent":
      return sendSpan(event, naming);
    case "delivery.checked":
      return checkSpan(event, naming);
    case "delivery.ended":
      return endSpan(event, naming);
    case "callback.tried":
      return callbackSpan(event, naming);
    case "platform.called":
      return callSpan(event, naming);
    // Not part of a delivery's trace; logs and metrics have them.
    case "token.fetched":
    case "rate.waited":
    case "budget.asked":
    case "delivery.fenced":
    case "lease.expired":
    case "breaker.changed":
    case "account.held":
    case "intake.taken":
    case "outbox.relayed":
    case "outbox.followed":
    case "outbox.failed":
    case "mirror.round":
    case "mirror.failed":
    case "mirror.refused":
    case "mirror.unmapped":
    case "mirror.lost":
    case "mirror.ready":
    case "mirror.draining":
    case "mirror.stopped":
    case "worker.ready":
    case "worker.draining":
    case "worker.stopped":
    case "alert.sent":
    case "telemetry.pushed":
    case "redis.failed":
    case "redis.lost":
    case "bug":
    case "process.crashed":
      return null;
  }
}

type Event<Name extends BidaEvent["event"]> = Extract<BidaEvent, { readonly event: Name }>;

const QUIET = { kind: "internal", links: [], error: null } as const;

/** The span of an API request, only if its caller traces; the metrics count the others. */
function requestSpan({
  traceparent,
  requestId,
  method,
  route,
  status,
  durationMs,
}: Event<"http.answered">): SpanDraft | null {
  const parent = readTraceparent(traceparent);
  if (parent === null) return null;
  return {
    ...QUIET,
    name: `${method} ${route}`,
    kind: "server",
    own: { ...parent, spanId: digestOf(requestId, parent.spanId).slice(0, 16) },
    parent,
    durationMs,
    attributes: {
      "http.request.method": method,
      "http.route": route,
      "http.response.status_code": status,
      "bida.request.id": requestId,
    },
    error: status >= 500 ? String(status) : null,
  };
}

/** Outcomes that are errors. With others nothing is proven yet, or the platform asked to wait. */
const FAILED = /^(?:unknown|unreachable|rejected|unauthorized|invalid)/;

function sendSpan(event: Event<"delivery.sent">, naming: SpanNaming): SpanDraft {
  const { outcome, recipients, sends, generation, status, durationMs, attempt } = event;
  // The send of a worker that died is reported only by the worker that took it over.
  const place = attempt === null ? `taken over ${generation} ${sends}` : String(attempt);
  return {
    ...QUIET,
    ...under(event, { place, naming }),
    name: `send ${event.operation}`,
    durationMs,
    attributes: {
      ...aboutDelivery(event),
      "bida.outcome": outcome,
      "bida.recipients": recipients,
      "bida.sends": sends,
      "bida.generation": generation,
      "bida.status": status,
    },
    error: FAILED.test(outcome) ? outcome : null,
  };
}

function checkSpan(event: Event<"delivery.checked">, naming: SpanNaming): SpanDraft {
  const { proven, pending, absent, inconclusive, checks, status, durationMs } = event;
  return {
    ...QUIET,
    ...under(event, { place: String(event.attempt), naming }),
    name: `check ${event.operation}`,
    durationMs,
    attributes: {
      ...aboutDelivery(event),
      "bida.proven": proven,
      "bida.pending": pending,
      "bida.absent": absent,
      "bida.inconclusive": inconclusive,
      "bida.checks": checks,
      "bida.status": status,
    },
  };
}

function endSpan(event: Event<"delivery.ended">, naming: SpanNaming): SpanDraft {
  const { status, reason, sends, checks, ageMs } = event;
  const { own: root } = acknowledgement(event, naming.ratio);
  return {
    ...QUIET,
    name: `${status} ${event.operation}`,
    own: { ...root, spanId: digestOf(event.id, status, String(ageMs)).slice(0, 16) },
    parent: root,
    durationMs: 0,
    attributes: {
      ...aboutDelivery(event),
      "bida.status": status,
      ...(reason === null ? {} : { "bida.reason": reason }),
      "bida.sends": sends,
      "bida.checks": checks,
      "bida.age_ms": ageMs,
    },
    error: status === "dead" ? (reason ?? status) : null,
  };
}

function callbackSpan(event: Event<"callback.tried">, { ratio }: SpanNaming): SpanDraft {
  const { account, id, outcome, attempts, status, durationMs } = event;
  const { own: root } = acknowledgement(event, ratio);
  return {
    ...QUIET,
    name: "callback",
    kind: "client",
    own: {
      ...root,
      spanId: digestOf(id, "callback", String(event.generation), String(attempts)).slice(0, 16),
    },
    parent: root,
    durationMs,
    attributes: {
      "bida.account": account,
      "bida.delivery.id": id,
      "bida.outcome": outcome,
      "bida.attempts": attempts,
      "bida.status": status,
    },
    error: outcome === "delivered" ? null : outcome,
  };
}

/** The most links of one span: a round may check hundreds of deliveries. */
const MOST_LINKS = 100;

/** The span of a call: a child of the send or check for one delivery; a call for several is linked to each. */
function callSpan(event: Event<"platform.called">, naming: SpanNaming): SpanDraft | null {
  const { account, attempt, number, method, path, outcome, status, deliveries, durationMs } = event;
  const callers = deliveries
    .slice(0, MOST_LINKS)
    .map(({ id, traceparent }) => under({ account, id, traceparent }, { place: String(attempt), naming }).own)
    .filter(({ isSampled }) => isSampled);
  const [first, ...others] = callers;
  if (first === undefined) return null;
  const digest = digestOf(naming.instance, "call", String(attempt), String(number));
  const isAlone = others.length === 0;
  return {
    name: `${method} ${path}`,
    kind: "client",
    own: {
      traceId: isAlone ? first.traceId : digest.slice(16, 48),
      spanId: digest.slice(0, 16),
      isSampled: true,
    },
    parent: isAlone ? first : null,
    links: isAlone ? [] : callers,
    durationMs,
    attributes: {
      "bida.account": account,
      "http.request.method": method,
      "url.path": path,
      ...(status === null ? {} : { "http.response.status_code": status }),
    },
    error: status === null || status >= 400 ? (status === null ? outcome : String(status)) : null,
  };
}

/** The span of a send or a round of checks of one delivery; its id is derived from the process and its number there. */
function under(
  about: Traced,
  { place, naming: { ratio, instance } }: { readonly place: string; readonly naming: SpanNaming },
): Pick<SpanDraft, "own" | "parent"> {
  const { own: root } = acknowledgement(about, ratio);
  return { own: { ...root, spanId: digestOf(instance, about.id, place).slice(0, 16) }, parent: root };
}

function aboutDelivery({
  account,
  id,
  operation,
}: {
  readonly account: string;
  readonly id: string;
  readonly operation: string;
}): Record<string, string> {
  return { "bida.account": account, "bida.operation": operation, "bida.delivery.id": id };
}

function digestOf(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex");
}
