/**
 * The catalogue of events. Code emits them; logs, and later metrics and traces, subscribe.
 *
 * An event never carries a token, a secret or a payload value.
 */
import type { DeadReason, Knowledge, Status } from "../delivery/record.ts";

interface OfDelivery {
  readonly account: string;
  readonly id: string;
  readonly operation: string;
  readonly lane: string | null;
}

export type BidaEvent =
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
      readonly nextAt: number | null;
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
    } & OfDelivery)
  | ({
      readonly event: "delivery.ended";
      readonly status: Status;
      readonly reason: DeadReason | null;
      readonly detail: string | null;
      readonly sends: number;
      readonly checks: number;
      readonly ageMs: number;
    } & OfDelivery)
  /** A save came too late: another worker has moved the delivery on. */
  | { readonly event: "delivery.fenced"; readonly account: string; readonly id: string }
  | {
      readonly event: "delivery.parked";
      readonly account: string;
      readonly id: string;
      readonly gate: string;
      readonly until: number;
    }
  | {
      readonly event: "breaker.changed";
      readonly account: string;
      readonly state: string;
      readonly until: number;
    }
  /** The credentials were refused: a person must look. */
  | { readonly event: "account.held"; readonly account: string; readonly detail: string }
  | {
      readonly event: "sweep.restored";
      readonly account: string;
      readonly tickets: number;
      readonly oldestOverdueMs: number;
    }
  | { readonly event: "worker.restarted"; readonly account: string; readonly detail: string }
  | { readonly event: "worker.ready" | "worker.draining" | "worker.stopped" }
  | { readonly event: "redis.failed"; readonly detail: string }
  | {
      readonly event: "bug";
      readonly where: string;
      readonly account: string;
      readonly id: string | null;
      readonly detail: string;
    };

export type Emit = (event: BidaEvent) => void;
