/**
 * What callbacks need of the world. `storage/` plugs in.
 */
import type { CallbackDecision, CallbackState } from "../../delivery/callback.ts";
import type { Delivery } from "../../delivery/record.ts";

export interface LeasedCallback {
  readonly id: string;
  /** Null when the stored record does not parse: there is nothing to tell. */
  readonly delivery: Delivery | null;
  readonly state: CallbackState;
}

export interface CallbackLease {
  readonly now: number;
  readonly nextDueAt: number | null;
  readonly callbacks: readonly LeasedCallback[];
}

export interface Callbacks {
  lease(most: number, leaseMs: number): Promise<CallbackLease>;
  save(id: string, decision: CallbackDecision, now: number): Promise<boolean>;
}
