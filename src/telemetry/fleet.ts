/**
 * The figures of the fleet's gauges. One process reads them from Redis at a time.
 */
import type { DeadReason, ShownStatus } from "../delivery/record.ts";

export interface FleetAccount {
  readonly account: string;
  readonly isConfigured: boolean;
  readonly counts: Readonly<Record<ShownStatus, number>>;
  readonly reasons: Readonly<Record<DeadReason, number>>;
  readonly deadCallbacks: number;
  readonly failingCallbacks: number;
  readonly oldestAgeMs: number;
  readonly oldestDeadAgeMs: number;
  readonly breaker: "closed" | "open" | "held";
  readonly isPaused: boolean;
  readonly tokens: readonly { readonly scope: string; readonly ageMs: number | null }[];
}

export interface Fleet {
  readonly accounts: readonly FleetAccount[];
  readonly refusedOrders: number;
  /**
   * Redis was noticed in the last hour to have lost what was written between `from` (null for everything) and
   * `to`; null if nothing was. In ms of Redis' clock.
   */
  readonly lostWrites: {
    readonly from: number | null;
    readonly to: number;
    readonly noticedAt: number;
  } | null;
  readonly redisMemory: { readonly used: number; readonly most: number } | null;
}

/** `elsewhere`: another process reports the fleet's gauges, so that nothing is counted twice. */
export type FleetReading =
  ({ readonly kind: "read" } & Fleet) | { readonly kind: "elsewhere" } | { readonly kind: "unavailable" };

/** The objective of an account for an operation. */
export interface Objective {
  readonly confirmWithinMs: number;
  /** From 0 to 1. */
  readonly ratio: number;
}

export interface Objectives {
  /** The objective of an operation of an account; null if it has none. */
  of(account: string, operation: string): Objective | null;
  readonly all: readonly ({ readonly account: string; readonly operation: string } & Objective)[];
}

export const NO_OBJECTIVES: Objectives = { of: () => null, all: [] };
