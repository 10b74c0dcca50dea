/**
 * The record of one delivery: what was asked for (written once) and how far it has come.
 *
 * Records are values. Every change is a new `DeliveryState` made by a decision in this folder and
 * stored by one script that compares the version, so two workers can never both believe that they
 * moved a delivery on. All times are milliseconds of Redis' clock.
 */
import type { LedgerEntry } from "./ledger.ts";

export const STATUSES = ["queued", "sending", "confirming", "confirmed", "dead", "cancelled"] as const;
export type Status = (typeof STATUSES)[number];

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
] as const;
export type DeadReason = (typeof DEAD_REASONS)[number];

/** Why a delivery that could be sent is not being sent. */
export const WAIT_CAUSES = ["unreachable", "throttled", "busy", "unauthorized"] as const;
export type WaitCause = (typeof WAIT_CAUSES)[number];

export type JsonObject = Readonly<Record<string, unknown>>;

/** The platform's own ids, for example `{ workId: "5b33…" }`. */
export type Receipt = Readonly<Record<string, string>>;

/** What the producer asked for. Written once, at acknowledgement. */
export interface DeliveryRequest {
  readonly id: string;
  readonly account: string;
  readonly operation: string;
  readonly payload: JsonObject;
  readonly key: string | null;
  readonly lane: string | null;
  readonly priority: number;
  readonly createdAt: number;
  readonly notBefore: number | null;
  readonly deadlineAt: number;
  readonly callbackUrl: string | null;
  readonly metadata: JsonObject | null;
}

/** A delivery that became the head of its lane, and how urgent it is. */
export type Promoted = Pick<DeliveryRequest, "id" | "priority">;

/** How far the delivery has come. Replaced as a whole by each decision. */
export interface DeliveryState {
  readonly status: Status;
  readonly knowledge: Knowledge;
  readonly reason: DeadReason | null;
  /** One sentence for the person who reads the dead letter. */
  readonly detail: string | null;
  readonly recipients: readonly LedgerEntry[];
  readonly receipt: Receipt | null;
  /** Sends whose request may have left us; what never left costs nothing. */
  readonly sends: number;
  /** Check calls that were made. */
  readonly checks: number;
  /** Position in the check schedule, in quarter steps; starts again after each send. */
  readonly checkRound: number;
  /** Free waits in a row, for the backoff of the next one. */
  readonly waits: number;
  readonly waitCause: WaitCause | null;
  /** How often a worker died while sending this delivery. */
  readonly interruptions: number;
  readonly generation: number;
  readonly nextAt: number | null;
  readonly acceptedAt: number | null;
  readonly finishedAt: number | null;
}

/** A delivery that has just been acknowledged. */
export function newState(recipients: readonly LedgerEntry[], sendAt: number | null): DeliveryState {
  return {
    status: "queued",
    knowledge: "notSent",
    reason: null,
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
    nextAt: sendAt,
    acceptedAt: null,
    finishedAt: null,
  };
}

export interface Delivery {
  readonly request: DeliveryRequest;
  readonly state: DeliveryState;
  /** Fencing token: a save succeeds only against the version that it was decided on. */
  readonly version: number;
}

export function isEnded(status: Status): boolean {
  return status === "confirmed" || status === "dead" || status === "cancelled";
}
