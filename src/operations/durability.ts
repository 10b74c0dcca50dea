/**
 * The durability of an acknowledgement, where a producer asks for more than a record in Redis.
 */
export const DURABILITIES = ["aof", "replica"] as const;

/** `aof`: on the disk of Redis' machine. `replica`: on `redis.waitReplicas` replicas, or on one. */
export type Durability = (typeof DURABILITIES)[number];

/** The result of waiting. `gone`: Redis has lost the record meanwhile, in a failover for example. */
export type Waited = "reached" | "late" | "gone";

/** Waits until records of one account are as durable as was asked for. */
export interface DurableRecords {
  /**
   * Why this Redis does not support that durability, in words for the producer; null if it does. Rejects when
   * Redis is away.
   */
  refusal(durability: Durability): Promise<string | null>;
  /** Waits for everything that was written about this delivery before the call. */
  reached(id: string, durability: Durability): Promise<Waited>;
}

/** The longest wait for the disk or the replica, in addition to the acknowledgement itself. */
export const DURABLE_WITHIN_MS = 5_000;

/** Whether a request may have to wait for disk or replica; usable before it is validated. */
export function asksForDurability(order: unknown): boolean {
  return typeof order === "object" && order !== null && "durability" in order && order.durability != null;
}
