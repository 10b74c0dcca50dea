/**
 * What the pipeline needs: the records of one account, wake-ups, a clock, and a listener for events.
 * `storage/`, `queue/` and `telemetry/` implement it.
 */
import type { CallKind } from "../account/ports.ts";
import type { InItsWay } from "../delivery/decide-check.ts";
import type { Decision, SaveResult } from "../delivery/decision.ts";
import type { LateReceipt } from "../delivery/late-receipt.ts";
import type { Policy } from "../delivery/policy.ts";
import type { Delivery, Receipt } from "../delivery/record.ts";
import type { TimelineEntry } from "../delivery/timeline.ts";
import type { TrimmableStatus } from "../delivery/trim.ts";
import type { Emit } from "../telemetry/events.ts";

/** The arguments of a look for sends. */
export interface SendLook {
  readonly most: number;
  readonly leaseMs: number;
  readonly probeLeaseMs: number;
  /** A look that reaches Redis later than this does nothing, because its caller has given it up. */
  readonly patienceMs: number;
  /** Families of operations, each with the microseconds between two of its sends: `[family, µs, …]`. */
  readonly intervalsUs: readonly (string | number)[];
  readonly maxRateWaitMs: number;
  /** Whether a delivery whose worker died while sending it may be among them. */
  readonly withSuspects: boolean;
  /** In ms of Redis' clock, as this process knows it. */
  readonly calledAt: number;
  /** A check that is leased for this long after its delivery's deadline is taken from its round. */
  readonly overdueCheckMs: number;
  /** The loop looks again in a moment: whoever makes something due meanwhile need not ring. */
  readonly staysAwake?: boolean;
}

/** One thing that a look for sends has found. */
export type FoundSend = {
  readonly id: string;
  readonly version: number;
  /** Null when the stored record does not parse. */
  readonly delivery: Delivery | null;
} & (
  | {
      readonly kind: "go";
      readonly leaveAt: number;
      readonly isSuspect: boolean;
      /** In its producer's own text. */
      readonly payload: string;
    }
  /** Its lease ran out: nobody recorded what came of the send. */
  | { readonly kind: "interrupted" }
  | { readonly kind: "deadline"; readonly inItsWay: InItsWay }
);

/** What a look for sends has found. */
export interface FoundSends {
  readonly now: number;
  readonly nextDueAt: number | null;
  /** More is due than was taken. */
  readonly more: boolean;
  readonly isProbe: boolean;
  /** The call reached Redis too late, and did nothing. */
  readonly isLate: boolean;
  /** Suspects are due that were not leased. */
  readonly moreSuspects: boolean;
  readonly sends: readonly FoundSend[];
}

/** A lease of this process, by name: every lease raises the version, so no other one has both. */
export interface HeldLease {
  readonly id: string;
  readonly version: number;
}

/** A delivery as it is stored now, and whether a send of it is leased. */
export interface CurrentDelivery {
  readonly delivery: Delivery;
  readonly isBeingSent: boolean;
}

export interface LeasedCheck extends HeldLease {
  /** Null when the stored record does not parse. */
  readonly delivery: Delivery | null;
  /** How often a worker died holding its lease: once beside many others, then beside few, then alone. */
  readonly expiredLeases: number;
}

/** What a look for checks has leased. */
export interface FoundChecks {
  readonly now: number;
  readonly nextDueAt: number | null;
  readonly isProbe: boolean;
  /** Suspects were due that were not leased. */
  readonly moreSuspects: boolean;
  /** Due checks of full families were left: there is more to lease once one of them has room. */
  readonly isCrowded: boolean;
  readonly checks: readonly LeasedCheck[];
}

/** The arguments of a look for checks. */
export interface CheckLook {
  readonly most: number;
  readonly leaseMs: number;
  readonly probeLeaseMs: number;
  /** Whether deliveries whose lease ran out before may be among them: such a delivery may kill its worker. */
  readonly withSuspects: boolean;
  /** Families of operations of which nothing is leased. */
  readonly fullFamilies: readonly string[];
}

/** A delivery that another one names by its key. */
export interface Referenced {
  readonly ended: boolean;
  readonly receipt: Receipt | null;
  readonly lane: string | null;
  /** Null where the record has been deleted. */
  readonly createdAt: number | null;
}

export interface Deliveries {
  /** One look for sends: what is due is leased, what a dead worker had leased is taken over. */
  leaseSends(look: SendLook): Promise<FoundSends>;
  /** Renews leases by name; returns those that are lost. */
  renewSends(held: readonly HeldLease[], leaseMs: number): Promise<ReadonlySet<string>>;
  /** Saves a decision against the version it was made on. */
  save(
    delivery: Delivery,
    options: { readonly decision: Decision; readonly leaving: SaveContext },
  ): Promise<SaveResult>;
  /** The delivery as it is stored now, late receipts included; null if it is gone or does not parse. */
  current(id: string): Promise<CurrentDelivery | null>;
  /**
   * Stores a late receipt beside a delivery whose send is leased in this version; false, and nothing is stored,
   * if it is not.
   */
  keepLate(held: HeldLease, late: LateReceipt): Promise<boolean>;
  /** @param leavesLane true where its timeline names no send */
  endUnreadable(
    id: string,
    options: { readonly now: number; readonly leavesLane: boolean },
  ): Promise<SaveResult>;
  /** What was acknowledged under an idempotency key, or what is left of it; null if nothing is known. */
  referenced(keyHash: string): Promise<Referenced | null>;
  /** The payload in its producer's own text; null if the delivery is gone. */
  payload(id: string): Promise<string | null>;
  /** One look for checks: due ones are leased; while the account's gate is shut none, or a single probe. */
  leaseChecks(look: CheckLook): Promise<FoundChecks>;
  /** Renews leases by name; a lease that another worker has taken over since stays with that worker. */
  renewChecks(held: readonly HeldLease[], leaseMs: number): Promise<void>;
  releaseChecks(held: readonly HeldLease[]): Promise<void>;
  /** Hands back the one call of this kind that an open breaker allows, because nothing was asked. */
  handBackProbe(of: CallKind): Promise<void>;
}

/** An ended delivery, with the parts that trimming shortens. */
export interface Trimmable {
  readonly delivery: Delivery;
  readonly timeline: readonly TimelineEntry[];
  /** In its producer's own text. */
  readonly payload: string;
}

export interface TrimmableBatch {
  /** The last ended delivery that was looked at; null for none. */
  readonly place: string | null;
  readonly items: readonly Trimmable[];
}

/** The ended deliveries of one account, and their short form (`delivery/trim.ts`). */
export interface Trims {
  trimmable(
    status: TrimmableStatus,
    wanted: { readonly endedForMs: number; readonly most: number },
  ): Promise<TrimmableBatch>;
  /** Replaces the record by its short form, unless it has changed since it was read. */
  trim(
    delivery: Delivery,
    options: { readonly timeline: readonly TimelineEntry[]; readonly remains: string },
  ): Promise<void>;
  /** Records up to this place are not looked at again. */
  trimmedTo(status: TrimmableStatus, place: string): Promise<void>;
}

export interface SaveContext {
  readonly leavesLane: boolean;
  readonly policy: Pick<Policy, "visibilityLagMs">;
}

/** Whether the replicas that the configuration asks for have everything that was written about this delivery so far. */
export type Replicated = (id: string) => Promise<boolean>;

export interface Runtime {
  /** Milliseconds of Redis' clock. */
  readonly now: () => number;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  readonly emit: Emit;
  /** This process, named in the timeline of what it sends: `host:pid`. */
  readonly worker?: string;
  /** Whether every call of the platform is reported. */
  readonly isTraced?: boolean;
  /** Whether this error means that Redis is away, rather than a bug. */
  readonly isAway: (error: unknown) => boolean;
}
