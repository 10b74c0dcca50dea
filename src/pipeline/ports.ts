/**
 * What the pipeline needs of the world: the records of one account, a way to be woken, a clock, and
 * somebody who listens. `storage/`, `queue/` and `telemetry/` plug in.
 */
import type { Decision } from "../delivery/decision.ts";
import type { Delivery, Promoted, Receipt } from "../delivery/record.ts";
import type { Emit } from "../telemetry/events.ts";

export interface SendGate {
  /** Microseconds between two sends of a family of operations, as `[family, µs, …]`. */
  readonly intervalsUs: readonly (string | number)[];
  readonly maxRateWaitMs: number;
  readonly attemptLeaseMs: number;
  readonly probeLeaseMs: number;
}

type Loaded = { readonly now: number; readonly delivery: Delivery | null };

export type Beginning =
  | ({
      readonly kind: "go";
      readonly leaveAt: number;
      readonly isProbe: boolean;
      /** In its producer's own text. */
      readonly payload: string;
    } & Loaded)
  | ({ readonly kind: "interrupted" } & Loaded)
  | ({ readonly kind: "deadline"; readonly behind: boolean } & Loaded)
  /** Its state does not parse, not even for the script. */
  | { readonly kind: "unreadable"; readonly now: number }
  | { readonly kind: "gone" | "ended" }
  | Waiting;

/** A gate is shut until then: its lane's head, its own time, a pause, the breaker, the rate. */
export interface Waiting {
  readonly kind: "behind" | "early" | "paused" | "parked" | "paced";
  readonly now: number;
  readonly until: number;
}

export type Saving =
  { readonly kind: "saved"; readonly promoted: Promoted | null } | { readonly kind: "stale" | "gone" };

export interface LeasedCheck {
  readonly id: string;
  /** Null when the stored record does not parse. */
  readonly delivery: Delivery | null;
  /** How often a worker died holding its lease: once beside many others, then beside few, then alone. */
  readonly expiredLeases: number;
  /** Its deadline has passed and the gate is shut: it is to end, and nobody may be asked. */
  readonly isPast: boolean;
}

export interface Lease {
  readonly now: number;
  readonly nextDueAt: number | null;
  readonly isProbe: boolean;
  readonly checks: readonly LeasedCheck[];
}

export interface LeaseRequest {
  readonly most: number;
  readonly leaseMs: number;
  readonly probeLeaseMs: number;
  /** Whether a delivery whose lease ran out before may be among them: one of those may kill its worker. */
  readonly withSuspects: boolean;
}

export interface Overdue {
  readonly now: number;
  readonly oldestOverdueMs: number;
  readonly due: readonly OverdueDelivery[];
}

export interface OverdueDelivery {
  readonly id: string;
  readonly at: number;
  readonly priority: number;
  /** Its deadline has passed. */
  readonly isExpired: boolean;
}

/** A delivery that another one names by its key. */
export interface Referenced {
  readonly ended: boolean;
  readonly receipt: Receipt | null;
  readonly lane: string | null;
  /** Null for one whose record is forgotten. */
  readonly createdAt: number | null;
}

export interface Deliveries {
  /** Passes the gates and marks the send as begun, or says why not and until when. */
  begin(id: string, gate: SendGate): Promise<Beginning>;
  /** Saves a decision against the version it was made on. */
  save(delivery: Delivery, decision: Decision, leavesLane?: boolean): Promise<Saving>;
  condemn(id: string, now: number, leavesLane: boolean): Promise<Saving>;
  /** What was acknowledged under an idempotency key, or what is left of it; null if nothing is known. */
  referenced(keyHash: string): Promise<Referenced | null>;
  /** The payload in its producer's own text; null if the delivery is gone. */
  payload(id: string): Promise<string | null>;
  /** Takes back the mark of a send that never left. False if somebody else has moved on. */
  handBack(delivery: Delivery, nextAt: number): Promise<boolean>;
  /** What is due for a check; behind a shut gate only what is past its deadline, and at times a probe. */
  leaseChecks(asked: LeaseRequest): Promise<Lease>;
  renewChecks(ids: readonly string[], until: number): Promise<void>;
  releaseChecks(ids: readonly string[]): Promise<void>;
  /** Hands back the one call that an open breaker lets through: nothing was asked. */
  handBackProbe(): Promise<void>;
}

export interface World {
  /** Milliseconds of Redis' clock. */
  readonly now: () => number;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  readonly emit: Emit;
  /** Whether this error means that Redis is away, and not that something is broken here. */
  readonly isAway: (error: unknown) => boolean;
}

export interface Tickets {
  /** Wakes a worker for a delivery that has no ticket. */
  wake(
    due: readonly { readonly id: string; readonly delayMs: number; readonly priority: number }[],
  ): Promise<void>;
  /** Wakes a worker now for deliveries that became their lane's head, and may have a ticket for later. */
  ring(promoted: readonly Promoted[]): Promise<void>;
}
