/**
 * What the intake needs: enqueueing, and a store for refused orders.
 */
import type { EnqueueResult } from "../operations/enqueue.ts";
import type { RefusedOrder } from "../operations/refused-orders.ts";
import type { Emit } from "../telemetry/events.ts";

export interface IntakePorts {
  /** Returns one result for each order, in order. A Redis that is away is a result too. */
  readonly enqueue: (orders: readonly unknown[]) => Promise<readonly EnqueueResult[]>;
  readonly refuse: (orders: readonly RefusedOrder[]) => Promise<void>;
  readonly emit: Emit;
}

/** A source of orders: its producer, and the accounts that its orders may use. */
export interface Source {
  /** Its name for people and metrics: `stream bida:intake`, `queue bida-intake`. */
  readonly name: string;
  readonly producer: string;
  readonly accounts: readonly string[];
}
