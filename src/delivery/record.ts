/**
 * The record of one delivery: what was asked for (written once) and how far it has come.
 *
 * Records are values. Every change is a new `DeliveryState` made by a decision in this folder and
 * stored by one script that compares the version, so two workers can never both believe that they
 * moved a delivery on. All times are milliseconds of Redis' clock.
 */
import type { LedgerEntry } from "./ledger.ts";

/** The stored status. Whether a send is leased right now is not part of it: `send:leases` has that. */
export const STATUSES = [
  "queued",
  "retrying",
  "confirming",
  "confirmed",
  "dead",
  "discarded",
  "cancelled",
] as const;
export type Status = (typeof STATUSES)[number];

/** What people see: a delivery whose send is leased is `sending`, and neither queued nor retrying. */
export const SHOWN_STATUSES = ["queued", "sending", ...STATUSES.slice(1)] as const satisfies readonly (
  Status | "sending"
)[];
export type ShownStatus = Status | "sending";

/** What we know about the sends so far: nothing left us, the platform took it, or nobody knows. */
export const KNOWLEDGE = ["notSent", "accepted", "unknown"] as const;
export type Knowledge = (typeof KNOWLEDGE)[number];

export const DEAD_REASONS = [
  "rejected",
  "partial",
  "unproven",
  "unauthorized",
  "expired",
  "poison",
  "blocked",
  "invalid",
  "unconfigured",
] as const;
export type DeadReason = (typeof DEAD_REASONS)[number];

/** Why a delivery that is due is not sent now. */
export const WAIT_CAUSES = ["unreachable", "throttled", "busy", "unauthorized"] as const;
export type WaitCause = (typeof WAIT_CAUSES)[number];

export type JsonObject = Readonly<Record<string, unknown>>;

/** The platform's own ids, for example `{ workId: "5b33…" }`. */
export type Receipt = Readonly<Record<string, string>>;

/** How a delivery came in. */
export interface Origin {
  /** The name of the API key, or of another way in: `outbox orders`. Null where an earlier version acknowledged it. */
  readonly producer: string | null;
  /** The id of the HTTP request that brought it; null for another way in, and after trimming. */
  readonly requestId: string | null;
}

/**
 * What the producer asked for. Written once, at acknowledgement. The payload is not here: it is a text of
 * its own in Redis, read by those who need it, so that lists, rounds and caches do not carry it.
 */
export interface DeliveryRequest extends Origin {
  readonly id: string;
  readonly account: string;
  readonly operation: string;
  readonly key: string | null;
  readonly lane: string | null;
  readonly priority: number;
  readonly createdAt: number;
  readonly notBefore: number | null;
  readonly deadlineAt: number;
  readonly callbackUrl: string | null;
  /** A JSON object, in the producer's own text. */
  readonly metadata: string | null;
  /** The `traceparent` of the producer's request (W3C Trace Context); null where it had none. */
  readonly traceparent: string | null;
}

/** What every state of a delivery has, whatever its status. */
export interface Progress {
  /** Never falls back to `notSent` (`lifecycle.ts`). */
  readonly knowledge: Knowledge;
  /** One sentence for the person who reads the dead letter. */
  readonly detail: string | null;
  readonly recipients: readonly LedgerEntry[];
  readonly receipt: Receipt | null;
  /** Sends whose request may have left us; a send that did not leave is not counted. */
  readonly sends: number;
  /** Check calls that were made. */
  readonly checks: number;
  /** Position in the check schedule. It may be a fraction (`scheduleStep`), and restarts at 0 after each send. */
  readonly checkRound: number;
  /** Waits in a row without a send, for the backoff of the next one. */
  readonly waits: number;
  readonly waitCause: WaitCause | null;
  /** How often a worker died while sending this delivery. */
  readonly interruptions: number;
  readonly generation: number;
  readonly acceptedAt: number | null;
}

/** What each status adds: an unfinished one the time of its next step, an ended one the time of its end. */
export type Standing =
  | Only<{ readonly status: "queued" | "retrying" | "confirming"; readonly nextAt: number }>
  | Only<{ readonly status: "confirmed" | "cancelled"; readonly finishedAt: number }>
  | Only<{ readonly status: "dead"; readonly reason: DeadReason; readonly finishedAt: number }>
  | Only<{
      readonly status: "discarded";
      readonly reason: DeadReason;
      readonly finishedAt: number;
      readonly discardedAt: number;
    }>;

interface OfSomeStatuses {
  readonly nextAt?: undefined;
  readonly reason?: undefined;
  readonly finishedAt?: undefined;
  readonly discardedAt?: undefined;
}

/** These fields, and none of those that only other statuses have. */
type Only<Fields> = Fields & Omit<OfSomeStatuses, keyof Fields>;

/** How far the delivery has come. Replaced as a whole by each decision. */
export type DeliveryState = Progress & Standing;

/** Nothing has been done yet. */
export function newProgress(recipients: readonly LedgerEntry[]): Progress {
  return {
    knowledge: "notSent",
    detail: null,
    recipients,
    receipt: null,
    sends: 0,
    checks: 0,
    checkRound: 0,
    waits: 0,
    waitCause: null,
    interruptions: 0,
    generation: 1,
    acceptedAt: null,
  };
}

/** A delivery that has just been acknowledged, to be sent at `dueAt`. */
export function newState(recipients: readonly LedgerEntry[], dueAt: number): DeliveryState {
  return { ...newProgress(recipients), status: "queued", nextAt: dueAt };
}

export interface Delivery {
  readonly request: DeliveryRequest;
  readonly state: DeliveryState;
  /** Fencing token: a save succeeds only against the version that it was decided on. */
  readonly version: number;
  /** How many late receipts this state includes that the stored state does not have yet. */
  readonly lateReceipts?: number;
}

export function isEnded(status: Status): boolean {
  return status === "confirmed" || status === "dead" || status === "discarded" || status === "cancelled";
}

/** "todo" of "todo.create": operations of one family share a due list and a rate. */
export function familyOf(operation: string): string {
  const end = operation.indexOf(".");
  return end < 0 ? operation : operation.slice(0, end);
}
