/**
 * What each event means, for people who read the log (docs/events.md). Every event must have a sentence here.
 */
import type { BidaEvent } from "./events.ts";

export const EVENT_WORDS: Readonly<Record<BidaEvent["event"], string>> = {
  "delivery.acknowledged": "A delivery is in Redis, for the first time. Only where traces are pushed.",
  "delivery.sent": "One send that was made or tried, with its outcome.",
  "delivery.checked": "One round of checks of one delivery.",
  "delivery.ended": "A delivery has ended: confirmed, dead, cancelled or discarded.",
  "delivery.fenced": "A save came too late: another worker has moved the delivery on. Nothing is lost.",
  "lease.expired":
    "A worker died or stopped responding while it had leased this delivery; this worker has taken it over.",
  "platform.called": "One call to a platform's API. Only where traces are pushed.",
  "breaker.changed": "The account's circuit breaker has opened or closed.",
  "account.held": "The platform refused the account's credentials: nothing is sent until they are corrected.",
  "token.fetched": "A token was requested from its endpoint.",
  "rate.waited": "A call waited for its place in the account's rate, or was postponed because of it.",
  "budget.asked": "A check asked for its place in the platform's budget for one entity.",
  "http.answered": "One request that the API has answered.",
  "callback.tried": "One attempt to tell a producer that its delivery has ended.",
  "worker.ready": "The process has started and makes progress.",
  "worker.draining": "The process begins nothing new, and finishes what is in progress.",
  "worker.stopped": "The process has stopped.",
  "intake.taken": "One batch of orders that the intake found in Redis.",
  "outbox.relayed": "One batch of rows that an outbox relay found waiting.",
  "outbox.followed": "The results of ended deliveries were written into their rows.",
  "outbox.failed":
    "The outbox's database does not answer, or another session keeps parts of the table locked; the relay keeps trying.",
  "mirror.round": "One round of a mirror.",
  "mirror.failed": "A mirror's round was given up, and is repeated.",
  "mirror.unmapped": "A staff id has no recipient; logged once for each.",
  "mirror.refused": "The todo of a message was refused: these fields are wrong.",
  "mirror.lost":
    "Messages disappeared before they were seen as read or handled; their todos stay as they are.",
  "mirror.ready": "The mirrors have started.",
  "mirror.draining": "The mirrors begin no further round.",
  "mirror.stopped": "The mirrors have stopped.",
  "alert.sent": "One message to a robot; `failed` is null if the robot accepted it.",
  "telemetry.pushed":
    "The OTLP receiver of `telemetry.otlp` stopped accepting data, for the reason in `failed`; or it accepts data again, and `failed` is null.",
  "redis.failed": "Redis did not answer, or refused a command; the work is repeated.",
  "redis.lost":
    "Redis came back with older data: what was written between these times is lost. See the runbook about Redis.",
  "process.crashed":
    "A fault that nobody caught has ended the process; others take over what it had leased. Please report it with this line.",
  bug: "Something that must not happen. Please report it with this line.",
};
