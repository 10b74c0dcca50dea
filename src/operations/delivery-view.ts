/**
 * A delivery as producers and ops see it (ARCHITECTURE section 8). Times are ISO 8601 in UTC; payload and
 * timeline are left out unless they are asked for.
 */
import { readAccepted } from "../delivery/exact-json.ts";
import type { LedgerEntry } from "../delivery/ledger.ts";
import { isEnded, type Delivery, type ShownStatus } from "../delivery/record.ts";
import { RESTORABLE_MS } from "../delivery/restore.ts";
import { isoMoment } from "./moment.ts";
import type { StoredDelivery } from "./ports.ts";

/** @param isBeingSent a send of it is leased right now */
export function deliveryView({ request, state }: Delivery, isBeingSent = false) {
  return {
    id: request.id,
    account: request.account,
    operation: request.operation,
    key: request.key,
    lane: request.lane,
    status: isBeingSent ? "sending" : (state.status as ShownStatus),
    reason: state.reason ?? null,
    detail: state.detail,
    recipients: state.recipients.map(recipientView),
    receipt: state.receipt,
    knowledge: state.knowledge,
    createdAt: isoMoment(request.createdAt),
    notBefore: isoMoment(request.notBefore),
    deadlineAt: isoMoment(request.deadlineAt),
    nextAt: isoMoment(state.nextAt ?? null),
    acceptedAt: isoMoment(state.acceptedAt),
    finishedAt: isoMoment(state.finishedAt ?? null),
    discardedAt: isoMoment(state.discardedAt ?? null),
    restorableUntil: isoMoment(state.discardedAt === undefined ? null : state.discardedAt + RESTORABLE_MS),
    sends: state.sends,
    checks: state.checks,
    generation: state.generation,
    metadata: readAccepted(request.metadata),
    producer: request.producer,
    requestId: request.requestId,
  };
}

export type DeliveryView = ReturnType<typeof deliveryView>;

function recipientView({ id, status, evidence, at, receipt, detail }: LedgerEntry) {
  return {
    id,
    status,
    evidence: evidence === null ? null : { ...evidence, at: isoMoment(evidence.at) },
    at: isoMoment(at),
    receipt,
    detail,
  };
}

/**
 * The callback of a delivery, as people see it; null for a delivery without one. The query of the URL is left out,
 * because it may hold a secret of the producer.
 */
export function callbackView({ delivery: { request, state }, callback }: StoredDelivery) {
  if (request.callbackUrl === null || callback === null) return null;
  const url = URL.parse(request.callbackUrl);
  const { attempts, detail } = callback;
  const status = isEnded(state.status) ? callback.status : ("waiting" as const);
  return { url: url === null ? "unreadable" : `${url.origin}${url.pathname}`, status, attempts, detail };
}

export type CallbackView = NonNullable<ReturnType<typeof callbackView>>;
