/**
 * How safe an acknowledgement is, where its producer asks for more than a record in Redis.
 */
export const DURABILITIES = ["aof", "replica"] as const;

/** `aof`: on the disk of Redis' machine. `replica`: with as many replicas as `redis.waitReplicas` says, or one. */
export type Durability = (typeof DURABILITIES)[number];

/** The result of waiting. `gone`: Redis has lost the record meanwhile, in a failover for example. */
export type Waited = "reached" | "late" | "gone";

/** The records of one account, as durable as somebody asks for. */
export interface DurableRecords {
  /** Why this Redis cannot wait like that, in words for the producer; null if it can. Rejects when Redis is away. */
  refusal(durability: Durability): Promise<string | null>;
  /** Waits for what was written of this delivery before the call. */
  reached(id: string, durability: Durability): Promise<Waited>;
}

/** How long a producer waits at most for the disk or the replica, in addition to the acknowledgement itself. */
export const DURABLE_WITHIN_MS = 5_000;

/** Looks before an order is parsed whether it may have to wait for disk or replica. */
export function asksForDurability(order: unknown): boolean {
  return typeof order === "object" && order !== null && "durability" in order && order.durability != null;
}
