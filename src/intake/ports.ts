/**
 * What the intake needs of Bida: enqueueing, and a store for refused orders.
 */
import type { EnqueueResult } from "../operations/enqueue.ts";
import type { RefusedOrder } from "../operations/refused-orders.ts";
import type { Emit } from "../telemetry/events.ts";

export interface IntakePorts {
  /** One result an order, in order; a Redis that is away is a result too. */
  readonly enqueue: (orders: readonly unknown[]) => Promise<readonly EnqueueResult[]>;
  readonly refuse: (orders: readonly RefusedOrder[]) => Promise<void>;
  readonly emit: Emit;
}

/** Whose orders a source brings, and which accounts they may use. */
export interface Source {
  /** For people and metrics: `stream bida:intake`, `queue bida-intake`. */
  readonly name: string;
  readonly producer: string;
  readonly accounts: readonly string[];
}
