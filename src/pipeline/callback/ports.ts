/**
 * What callbacks need. `storage/` implements it.
 */
import type { CallbackDecision, CallbackState } from "../../delivery/callback.ts";
import type { Delivery } from "../../delivery/record.ts";

export interface LeasedCallback {
  readonly id: string;
  /** Null when the stored record does not parse. */
  readonly delivery: Delivery | null;
  /** Where the callback goes. It is stored beside the record, so it is known even when the record does not parse. */
  readonly url: string | null;
  readonly state: CallbackState;
  /** The id of this lease. A replay, or another worker's lease, ends it. */
  readonly lease: string;
}

export interface CallbackLease {
  readonly now: number;
  readonly nextDueAt: number | null;
  readonly callbacks: readonly LeasedCallback[];
}

export interface Callbacks {
  lease(most: number, leaseMs: number): Promise<CallbackLease>;
  /** False, and nothing is changed, when the lease was lost or the delivery is gone. */
  save(
    leased: Pick<LeasedCallback, "id" | "lease">,
    options: { readonly decision: CallbackDecision; readonly now: number },
  ): Promise<boolean>;
}
