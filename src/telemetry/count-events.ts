/**
 * What each event adds to the metrics. Every event of the catalogue stands here, even those that are not
 * counted.
 */
import type { BidaEvent } from "./events.ts";
import type { Objectives } from "./fleet.ts";
import type { Add, Count, RecordSeconds } from "./metrics.ts";

interface Counting {
  readonly count: Count;
  readonly add: Add;
  readonly record: RecordSeconds;
  readonly objectives: Objectives;
}

type Event<Name extends BidaEvent["event"]> = Extract<BidaEvent, { readonly event: Name }>;
type CountOf<Name extends BidaEvent["event"]> = (event: Event<Name>, counting: Counting) => void;

/** The counting function by event; null for events that are not counted. */
const COUNTED: { readonly [Name in BidaEvent["event"]]: CountOf<Name> | null } = {
  "delivery.sent": countSent,
  "delivery.checked": countChecked,
  "delivery.ended": countEnded,
  "delivery.fenced": ({ account }, { count }) => count("fenced", { account }),
  "lease.expired": ({ account, of }, { count }) => count("leases", { account, of }),
  "breaker.changed": ({ account, state }, { count }) => count("breaker", { account, state }),
  "account.held": ({ account }, { count }) => count("holds", { account }),
  "token.fetched": ({ account, scope, outcome }, { count }) => count("tokens", { account, scope, outcome }),
  "rate.waited": countRateWait,
  "budget.asked": ({ account, isDenied }, { count }) =>
    count("budget", { account, result: isDenied ? "denied" : "granted" }),
  "http.answered": countAnswered,
  "callback.tried": ({ account, outcome, status }, { count }) =>
    count("callbacks", { account, outcome, status }),
  "intake.taken": countTaken,
  "outbox.relayed": countRelayed,
  "outbox.followed": ({ outbox, ended }, { add }) =>
    add("outboxRows", { labels: { outbox, result: "ended" }, amount: ended }),
  "outbox.failed": ({ outbox }, { count }) => count("outboxErrors", { outbox }),
  "mirror.round": countMirrored,
  "mirror.failed": ({ account, to }, { count }) => count("mirrorRounds", { account, to, result: "failed" }),
  "mirror.refused": ({ account, to }, { count }) =>
    count("mirrorMessages", { account, to, result: "refused" }),
  "mirror.lost": ({ account, to, messages }, { add }) =>
    add("mirrorMessages", { labels: { account, to, result: "lost" }, amount: messages }),
  "alert.sent": ({ receiver, failed }, { count }) =>
    count("alerts", { receiver, result: failed === null ? "taken" : "failed" }),
  "redis.failed": (_event, { count }) => count("redisErrors", {}),
  "redis.lost": (_event, { count }) => count("lostWrites", {}),
  bug: ({ where }, { count }) => count("bugs", { where }),
  // The process ends before anybody could read its metrics.
  "process.crashed": null,
  // Emitted only where traces are pushed.
  "delivery.acknowledged": null,
  "platform.called": null,
  // A receiver that takes no metrics cannot report it.
  "telemetry.pushed": null,
  // Counted by the round that found it.
  "mirror.unmapped": null,
  // Shown by `bida_ready`.
  "worker.ready": null,
  "worker.draining": null,
  "worker.stopped": null,
  "mirror.ready": null,
  "mirror.draining": null,
  "mirror.stopped": null,
};

export function countEvent(event: BidaEvent, counting: Counting): void {
  // Safe: the function under a name takes events of that name.
  const count = COUNTED[event.event] as CountOf<BidaEvent["event"]> | null;
  count?.(event, counting);
}

function countRateWait(event: Event<"rate.waited">, { count, add }: Counting): void {
  const labels = { account: event.account, bucket: event.bucket };
  count("rateWaits", { ...labels, result: event.isDenied ? "denied" : "waited" });
  add("rateWaitSeconds", { labels, amount: event.waitedMs / 1_000 });
}

function countAnswered(event: Event<"http.answered">, { count, record }: Counting): void {
  const { method, route, status } = event;
  count("httpRequests", { method, route, status: String(status) });
  record("http", { labels: { method, route }, seconds: event.durationMs / 1_000 });
}

function countSent(event: Event<"delivery.sent">, { count, record }: Counting): void {
  const { account, operation } = event;
  // `unknown (cause)` is one outcome; the log has the cause.
  const [outcome = event.outcome] = event.outcome.split(" ");
  count("sends", { account, operation, outcome });
  if (event.waitedMs === null) return;
  record("send", { labels: { account, operation }, seconds: event.durationMs / 1_000 });
  record("wait", { labels: { account, operation }, seconds: Math.max(0, event.waitedMs) / 1_000 });
}

function countChecked(event: Event<"delivery.checked">, { add, record }: Counting): void {
  const { account, operation } = event;
  for (const result of ["proven", "pending", "absent", "inconclusive"] as const)
    if (event[result] > 0) add("checks", { labels: { account, operation, result }, amount: event[result] });
  record("check", { labels: { account, operation }, seconds: event.durationMs / 1_000 });
}

function countEnded(event: Event<"delivery.ended">, { count, record, objectives }: Counting): void {
  const { account, operation, status, reason, ageMs } = event;
  count("ended", { account, operation, status, reason });
  if (status === "confirmed")
    record("confirm", { labels: { account, operation }, seconds: Math.max(0, ageMs) / 1_000 });
  const objective = objectives.of(account, operation);
  // A delivery that was cancelled or discarded neither meets nor misses an objective.
  if (objective === null || (status !== "confirmed" && status !== "dead")) return;
  const isGood = status === "confirmed" && ageMs <= objective.confirmWithinMs;
  count("slo", { account, operation, result: isGood ? "good" : "bad" });
}

function countTaken(event: Event<"intake.taken">, { add }: Counting): void {
  const { source, producer } = event;
  for (const result of ["acknowledged", "refused", "postponed"] as const)
    if (event[result] > 0) add("intake", { labels: { source, producer, result }, amount: event[result] });
}

function countRelayed(event: Event<"outbox.relayed">, { add }: Counting): void {
  for (const result of ["acknowledged", "refused", "postponed"] as const)
    if (event[result] > 0)
      add("outboxRows", { labels: { outbox: event.outbox, result }, amount: event[result] });
}

function countMirrored(event: Event<"mirror.round">, { count, add }: Counting): void {
  const { account, to } = event;
  count("mirrorRounds", { account, to, result: "done" });
  for (const result of ["listed", "created", "updated", "unmapped", "postponed"] as const)
    if (event[result] > 0) add("mirrorMessages", { labels: { account, to, result }, amount: event[result] });
}
