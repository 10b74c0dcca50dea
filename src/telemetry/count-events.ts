/**
 * What each event adds to the metrics. Every event of the catalogue is dealt with here, if only to say that it
 * is not counted.
 */
import type { BidaEvent } from "./events.ts";
import type { Objectives } from "./fleet.ts";
import type { Count, RecordSeconds } from "./metrics.ts";

interface Counting {
  readonly count: Count;
  readonly record: RecordSeconds;
  readonly objectives: Objectives;
}

export function countEvent(event: BidaEvent, counting: Counting): void {
  const { count, record } = counting;
  switch (event.event) {
    case "delivery.sent":
      return countSent(event, counting);
    case "delivery.checked":
      return countChecked(event, counting);
    case "delivery.ended":
      return countEnded(event, counting);
    case "delivery.fenced":
      return count("fenced", { account: event.account });
    case "lease.expired":
      return count("leases", { account: event.account, of: event.of });
    case "breaker.changed":
      return count("breaker", { account: event.account, state: event.state });
    case "account.held":
      return count("holds", { account: event.account });
    case "token.fetched":
      return count("tokens", { account: event.account, scope: event.scope, outcome: event.outcome });
    case "rate.waited": {
      const labels = { account: event.account, bucket: event.bucket };
      count("rateWaits", { ...labels, result: event.isDenied ? "denied" : "waited" });
      return count("rateWaitSeconds", labels, event.waitedMs / 1_000);
    }
    case "budget.asked":
      return count("budget", { account: event.account, result: event.isDenied ? "denied" : "granted" });
    case "http.answered": {
      const { method, route, status } = event;
      count("httpRequests", { method, route, status: String(status) });
      return record("http", { method, route }, event.durationMs / 1_000);
    }
    case "callback.tried":
      return count("callbacks", { account: event.account, outcome: event.outcome, status: event.status });
    case "intake.taken":
      return countTaken(event, counting);
    case "outbox.relayed":
      return countRelayed(event, counting);
    case "outbox.followed":
      return count("outboxRows", { outbox: event.outbox, result: "ended" }, event.ended);
    case "outbox.failed":
      return count("outboxErrors", { outbox: event.outbox });
    case "mirror.round":
      return countMirrored(event, counting);
    case "mirror.failed":
      return count("mirrorRounds", { account: event.account, to: event.to, result: "failed" });
    case "mirror.refused":
      return count("mirrorMessages", { account: event.account, to: event.to, result: "refused" });
    case "mirror.lost":
      return count(
        "mirrorMessages",
        { account: event.account, to: event.to, result: "lost" },
        event.messages,
      );
    case "alert.sent":
      return count("alerts", {
        receiver: event.receiver,
        result: event.failed === null ? "taken" : "failed",
      });
    case "redis.failed":
      return count("redisErrors", {});
    case "bug":
      return count("bugs", { where: event.where });
    // Told of only where traces are pushed.
    case "delivery.acknowledged":
    case "platform.called":
    // A receiver that takes no metrics is not told by metrics.
    case "telemetry.pushed":
    // Counted by the round that found it.
    case "mirror.unmapped":
    // Told by `bida_ready`.
    case "worker.ready":
    case "worker.draining":
    case "worker.stopped":
    case "mirror.ready":
    case "mirror.draining":
    case "mirror.stopped":
      return undefined;
  }
}

type Event<Name extends BidaEvent["event"]> = Extract<BidaEvent, { readonly event: Name }>;

function countSent(event: Event<"delivery.sent">, { count, record }: Counting): void {
  const { account, operation } = event;
  // `unknown (cause)` is one outcome; the log has the cause.
  const [outcome = event.outcome] = event.outcome.split(" ");
  count("sends", { account, operation, outcome });
  if (event.waitedMs === null) return;
  record("send", { account, operation }, event.durationMs / 1_000);
  record("wait", { account, operation }, Math.max(0, event.waitedMs) / 1_000);
}

function countChecked(event: Event<"delivery.checked">, { count, record }: Counting): void {
  const { account, operation } = event;
  for (const result of ["proven", "pending", "absent", "inconclusive"] as const)
    if (event[result] > 0) count("checks", { account, operation, result }, event[result]);
  record("check", { account, operation }, event.durationMs / 1_000);
}

function countEnded(event: Event<"delivery.ended">, { count, record, objectives }: Counting): void {
  const { account, operation, status, reason, ageMs } = event;
  count("ended", { account, operation, status, reason });
  if (status === "confirmed") record("confirm", { account, operation }, Math.max(0, ageMs) / 1_000);
  const objective = objectives.of(account, operation);
  // What a person has cancelled or discarded keeps and breaks no promise.
  if (objective === null || (status !== "confirmed" && status !== "dead")) return;
  const isGood = status === "confirmed" && ageMs <= objective.confirmWithinMs;
  count("slo", { account, operation, result: isGood ? "good" : "bad" });
}

function countTaken(event: Event<"intake.taken">, { count }: Counting): void {
  const { source, producer } = event;
  for (const result of ["acknowledged", "refused", "postponed"] as const)
    if (event[result] > 0) count("intake", { source, producer, result }, event[result]);
}

function countRelayed(event: Event<"outbox.relayed">, { count }: Counting): void {
  for (const result of ["acknowledged", "refused", "postponed"] as const)
    if (event[result] > 0) count("outboxRows", { outbox: event.outbox, result }, event[result]);
}

function countMirrored(event: Event<"mirror.round">, { count }: Counting): void {
  const { account, to } = event;
  count("mirrorRounds", { account, to, result: "done" });
  for (const result of ["listed", "created", "updated", "unmapped", "postponed"] as const)
    if (event[result] > 0) count("mirrorMessages", { account, to, result }, event[result]);
}
