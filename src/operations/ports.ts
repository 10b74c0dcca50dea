/**
 * What the operations need of the world. `storage/` and `queue/` plug in.
 */
import type { Delivery, DeliveryRequest, DeliveryState } from "../delivery/record.ts";
import type { TimelineEntry } from "../delivery/timeline.ts";

export interface NewDelivery {
  readonly request: DeliveryRequest;
  readonly state: DeliveryState;
  /** SHA-256 of the idempotency key, with what it was used for; null without a key. */
  readonly claim: { readonly hash: string; readonly digest: string; readonly ttlMs: number } | null;
}

export type Acceptance =
  | { readonly kind: "created"; readonly id: string; readonly isHead: boolean }
  | { readonly kind: "existing"; readonly id: string }
  | { readonly kind: "conflict"; readonly id: string }
  | { readonly kind: "full" };

/** The records of one account, as operations see them. */
export interface Acknowledgements {
  accept(delivery: NewDelivery, mostUnfinished: number): Promise<Acceptance>;
  get(id: string): Promise<Delivery | "unreadable" | null>;
  timeline(id: string): Promise<TimelineEntry[]>;
}

/** Wakes workers for deliveries that are due. */
export interface Wakeup {
  wake(
    due: readonly { readonly id: string; readonly delayMs: number; readonly priority?: number }[],
  ): Promise<void>;
}
