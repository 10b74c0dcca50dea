/**
 * The catalogue of events. Code emits them; logs, metrics and traces subscribe.
 *
 * An event never carries a token, a secret or a payload value.
 */
import type { DeadReason, Knowledge, Status } from "../delivery/record.ts";

interface OfDelivery {
  readonly account: string;
  readonly id: string;
  readonly operation: string;
  readonly lane: string | null;
  /** The `traceparent` of the producer's request. */
  readonly traceparent: string | null;
}

/** The account whose messages are mirrored, and (`to`) the account that gets the todos. */
interface OfMirror {
  readonly account: string;
  readonly to: string;
}

export type BidaEvent =
  /** It is in Redis, for the first time. Only where traces are pushed. */
  | ({ readonly event: "delivery.acknowledged"; readonly durationMs: number } & OfDelivery)
  /** One send that was made, or tried: the wide line of an attempt. */
  | ({
      readonly event: "delivery.sent";
      readonly outcome: string;
      readonly detail: string | null;
      readonly recipients: number;
      readonly status: Status;
      readonly knowledge: Knowledge;
      readonly sends: number;
      readonly generation: number;
      readonly durationMs: number;
      /** From when it was due until a worker began it; null for the send of a worker that died. */
      readonly waitedMs: number | null;
      readonly nextAt: number | null;
      /** The number of the send in this process, where calls are reported; null for the send of a worker that died. */
      readonly attempt: number | null;
    } & OfDelivery)
  /** One round of checks of one delivery. */
  | ({
      readonly event: "delivery.checked";
      readonly proven: number;
      readonly pending: number;
      readonly absent: number;
      readonly inconclusive: number;
      readonly status: Status;
      readonly sends: number;
      readonly checks: number;
      readonly durationMs: number;
      readonly nextAt: number | null;
      readonly attempt: number | null;
    } & OfDelivery)
  | ({
      readonly event: "delivery.ended";
      readonly status: Status;
      readonly reason: DeadReason | null;
      readonly detail: string | null;
      readonly sends: number;
      readonly checks: number;
      /** The time since it was acknowledged, or since its `sendAt`. */
      readonly ageMs: number;
    } & OfDelivery)
  /** One call of a platform's API, for one delivery or several. Only where traces are pushed. */
  | {
      readonly event: "platform.called";
      readonly account: string;
      /** The number of the send or round of checks that the call belongs to, and (`number`) its own within that. */
      readonly attempt: number;
      readonly number: number;
      readonly method: string;
      readonly path: string;
      readonly outcome: string;
      /** Null without an answer. */
      readonly status: number | null;
      readonly durationMs: number;
      readonly deliveries: readonly { readonly id: string; readonly traceparent: string | null }[];
    }
  /** A worker died, or stood still, with this delivery leased: another one has taken it over. */
  | {
      readonly event: "lease.expired";
      readonly account: string;
      readonly id: string;
      readonly of: "send" | "check";
    }
  /** A save came too late: another worker has moved the delivery on. */
  | { readonly event: "delivery.fenced"; readonly account: string; readonly id: string }
  | {
      readonly event: "breaker.changed";
      readonly account: string;
      readonly state: string;
      readonly until: number;
      /** Which calls the breaker keeps from leaving; null for none. */
      readonly of: "all" | "sends" | "checks" | null;
    }
  /** A token was asked for at its endpoint. */
  | {
      readonly event: "token.fetched";
      readonly account: string;
      readonly scope: string;
      readonly outcome: string;
      readonly durationMs: number;
    }
  /** A call waited for its place in the account's rate, or was put off because of it. */
  | {
      readonly event: "rate.waited";
      readonly account: string;
      readonly bucket: string;
      readonly waitedMs: number;
      readonly isDenied: boolean;
    }
  /** A check asked for its place in the platform's budget for one entity. */
  | { readonly event: "budget.asked"; readonly account: string; readonly isDenied: boolean }
  /** One request that the API has answered. */
  | {
      readonly event: "http.answered";
      readonly requestId: string;
      readonly method: string;
      /** The path in the contract, so that ids do not become labels of metrics. */
      readonly route: string;
      readonly status: number;
      readonly key: string | null;
      readonly durationMs: number;
      readonly traceparent: string | null;
    }
  /** One attempt to tell a producer that its delivery has ended. */
  | {
      readonly event: "callback.tried";
      readonly account: string;
      readonly id: string;
      readonly outcome: "delivered" | "failed" | "forbidden";
      readonly detail: string;
      readonly attempts: number;
      readonly status: "due" | "delivered" | "dead";
      readonly nextAt: number | null;
      readonly generation: number;
      readonly durationMs: number;
      readonly traceparent: string | null;
    }
  /** The credentials were refused: a person must look. */
  | { readonly event: "account.held"; readonly account: string; readonly detail: string }
  | { readonly event: "worker.ready" | "worker.draining" | "worker.stopped" }
  /** One batch of orders that the intake found in Redis. */
  | {
      readonly event: "intake.taken";
      readonly source: string;
      readonly producer: string;
      readonly acknowledged: number;
      /** Refused orders are stored; `bida intake refused` shows them. */
      readonly refused: number;
      /** Bida could not take them now; they stay where they are. */
      readonly postponed: number;
    }
  /** One batch of rows that an outbox relay found waiting. */
  | {
      readonly event: "outbox.relayed";
      readonly outbox: string;
      readonly acknowledged: number;
      /** Refused rows are marked with their errors. */
      readonly refused: number;
      /** Bida could not take them now; they wait. */
      readonly postponed: number;
    }
  /** The ends of deliveries were written into their rows. */
  | { readonly event: "outbox.followed"; readonly outbox: string; readonly ended: number }
  /** The database cannot be asked, or another session keeps parts of it locked; the relay goes on trying. */
  | { readonly event: "outbox.failed"; readonly outbox: string; readonly detail: string }
  /** One round of a mirror: messages on the lists, todos and updates that were enqueued. */
  | ({
      readonly event: "mirror.round";
      readonly listed: number;
      readonly created: number;
      readonly updated: number;
      /** Listed messages whose staff id has no recipient. */
      readonly unmapped: number;
      /** Orders that were not taken; the next round repeats them. */
      readonly postponed: number;
      readonly durationMs: number;
    } & OfMirror)
  /** A round was given up and is repeated. */
  | ({ readonly event: "mirror.failed"; readonly detail: string } & OfMirror)
  /** A staff id has no recipient; reported once for each. */
  | ({ readonly event: "mirror.unmapped"; readonly staffId: string } & OfMirror)
  /** A message's todo cannot be enqueued: these fields are wrong. */
  | ({ readonly event: "mirror.refused"; readonly messageId: string; readonly fields: string } & OfMirror)
  /** Messages vanished without being seen read or handled; their todos stay as they are. */
  | ({ readonly event: "mirror.lost"; readonly messages: number } & OfMirror)
  | { readonly event: "mirror.ready" | "mirror.draining" | "mirror.stopped" }
  /** One message to a robot; `failed` is null if the robot accepted it, otherwise its error. */
  | { readonly event: "alert.sent"; readonly receiver: string; readonly failed: string | null }
  /** The OTLP receiver has begun to refuse what is pushed, or accepts it again; then `failed` is null. */
  | {
      readonly event: "telemetry.pushed";
      readonly what: "metrics" | "traces";
      readonly failed: string | null;
    }
  | { readonly event: "redis.failed"; readonly detail: string }
  /** Redis came back with older data, or a failover lost writes. Null: nothing was left. Times of Redis' clock, in ms. */
  | { readonly event: "redis.lost"; readonly from: number | null; readonly to: number }
  /** Nobody caught a fault; the process has ended. */
  | { readonly event: "process.crashed"; readonly detail: string; readonly stack: string }
  | {
      readonly event: "bug";
      readonly where: string;
      readonly account: string;
      readonly id: string | null;
      readonly detail: string;
    };

export type Emit = (event: BidaEvent) => void;
