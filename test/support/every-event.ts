/**
 * One event of each kind that the catalogue has. A kind that is missing here does not compile.
 */
import type { BidaEvent } from "../../src/telemetry/events.ts";

type Samples = { readonly [Name in BidaEvent["event"]]: BidaEvent & { readonly event: Name } };

const delivery = { account: "yzj", id: "d1", operation: "todo.create", lane: null } as const;
const mirror = { account: "mall", to: "yzj" } as const;

const SAMPLES: Samples = {
  "delivery.sent": {
    event: "delivery.sent",
    ...delivery,
    outcome: "unknown (timeout)",
    detail: null,
    recipients: 1,
    status: "confirming",
    knowledge: "unknown",
    sends: 1,
    generation: 1,
    durationMs: 120,
    waitedMs: 30,
    nextAt: null,
  },
  "delivery.checked": {
    event: "delivery.checked",
    ...delivery,
    proven: 1,
    pending: 1,
    absent: 1,
    inconclusive: 1,
    status: "confirming",
    sends: 1,
    checks: 1,
    durationMs: 50,
    nextAt: null,
  },
  "delivery.ended": {
    event: "delivery.ended",
    ...delivery,
    status: "confirmed",
    reason: null,
    detail: null,
    sends: 1,
    checks: 1,
    ageMs: 4_000,
  },
  "delivery.fenced": { event: "delivery.fenced", account: "yzj", id: "d1" },
  "lease.expired": { event: "lease.expired", account: "yzj", id: "d1", of: "send" },
  "breaker.changed": { event: "breaker.changed", account: "yzj", state: "open", until: 0 },
  "token.fetched": { event: "token.fetched", account: "yzj", scope: "app", outcome: "token", durationMs: 9 },
  "rate.waited": { event: "rate.waited", account: "yzj", bucket: "todo", waitedMs: 10, isDenied: false },
  "budget.asked": { event: "budget.asked", account: "yzj", isDenied: true },
  "http.answered": {
    event: "http.answered",
    requestId: "r1",
    method: "POST",
    route: "/v1/deliveries",
    status: 202,
    key: "oa",
    durationMs: 3,
  },
  "callback.tried": {
    event: "callback.tried",
    account: "yzj",
    id: "d1",
    outcome: "failed",
    detail: "HTTP 500",
    attempts: 1,
    status: "due",
    nextAt: 0,
  },
  "account.held": { event: "account.held", account: "yzj", detail: "401" },
  "worker.ready": { event: "worker.ready" },
  "worker.draining": { event: "worker.draining" },
  "worker.stopped": { event: "worker.stopped" },
  "intake.taken": {
    event: "intake.taken",
    source: "stream",
    producer: "oa",
    acknowledged: 2,
    refused: 1,
    postponed: 1,
  },
  "outbox.relayed": { event: "outbox.relayed", outbox: "erp", acknowledged: 2, refused: 1, postponed: 1 },
  "outbox.followed": { event: "outbox.followed", outbox: "erp", ended: 2 },
  "outbox.failed": { event: "outbox.failed", outbox: "erp", detail: "ECONNREFUSED" },
  "mirror.round": {
    event: "mirror.round",
    ...mirror,
    listed: 3,
    created: 1,
    updated: 1,
    unmapped: 1,
    postponed: 0,
    durationMs: 20,
  },
  "mirror.failed": { event: "mirror.failed", ...mirror, detail: "HTTP 500" },
  "mirror.unmapped": { event: "mirror.unmapped", ...mirror, staffId: "7" },
  "mirror.refused": { event: "mirror.refused", ...mirror, messageId: "m1", fields: "/title" },
  "mirror.lost": { event: "mirror.lost", ...mirror, messages: 2 },
  "mirror.ready": { event: "mirror.ready" },
  "mirror.draining": { event: "mirror.draining" },
  "mirror.stopped": { event: "mirror.stopped" },
  "alert.sent": { event: "alert.sent", receiver: "wecom 1", failed: null },
  "redis.failed": { event: "redis.failed", detail: "ECONNREFUSED" },
  bug: { event: "bug", where: "a send", account: "yzj", id: "d1", detail: "TypeError" },
};

export function everyEvent(): readonly BidaEvent[] {
  return Object.values(SAMPLES);
}
