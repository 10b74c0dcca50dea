/**
 * A delivery as producers and ops see it (ARCHITECTURE section 8). Times are ISO 8601 in UTC; payload and
 * timeline are left out unless they are asked for.
 */
import { readAccepted } from "../delivery/exact-json.ts";
import type { LedgerEntry } from "../delivery/ledger.ts";
import { type Delivery, type ShownStatus } from "../delivery/record.ts";
import { RESTORABLE_MS } from "../delivery/restore.ts";
import { toldMoment } from "../delivery/told-moment.ts";

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
    createdAt: toldMoment(request.createdAt),
    notBefore: toldMoment(request.notBefore),
    deadlineAt: toldMoment(request.deadlineAt),
    nextAt: toldMoment(state.nextAt ?? null),
    acceptedAt: toldMoment(state.acceptedAt),
    finishedAt: toldMoment(state.finishedAt ?? null),
    discardedAt: toldMoment(state.discardedAt ?? null),
    restorableUntil: toldMoment(state.discardedAt === undefined ? null : state.discardedAt + RESTORABLE_MS),
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
    evidence: evidence === null ? null : { ...evidence, at: toldMoment(evidence.at) },
    at: toldMoment(at),
    receipt,
    detail,
  };
}
