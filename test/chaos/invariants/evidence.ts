/**
 * The evidence that the judge gets, and the shape of a breach.
 */
import type { Delivery } from "../../../src/delivery/record.ts";
import type { Acknowledged, Double } from "../history.ts";
import type { Promoted } from "../redis-pair.ts";
import type { SandboxLedger } from "../sandbox.ts";

/**
 * The promises of ARCHITECTURE section 1, and in addition: no delivery starves, no worker reports a bug, and
 * there was something to judge.
 */
export const INVARIANTS = [
  "lost",
  "twice",
  "lies",
  "order",
  "limits",
  "stuck",
  "starved",
  "bugs",
  "vacuous",
] as const;
export type Invariant = (typeof INVARIANTS)[number];

export interface Breach {
  readonly invariant: Invariant;
  /** The delivery's id; null if the breach is not about a single one. */
  readonly id: string | null;
  readonly what: string;
}

/** What was acknowledged. */
interface Acknowledgements {
  readonly all: readonly Acknowledged[];
  /** Keys that were acknowledged under two ids. */
  readonly doubles: readonly Double[];
  /** Calls that were acknowledged once more under the same key. */
  readonly repeats: number;
}

export interface Evidence {
  readonly history: Acknowledgements;
  /** The records of all acknowledged deliveries at the end, by id. */
  readonly records: ReadonlyMap<string, Delivery | "unreadable" | null>;
  /** The records of all deaths that the operator saw, as they were then. */
  readonly deaths: readonly Delivery[];
  readonly ledger: SandboxLedger;
  readonly stuck: readonly string[];
  /** Each promotion of a replica, and what it lacked. */
  readonly promotions: readonly Promoted[];
  /** The bugs that workers reported. */
  readonly bugs: readonly string[];
}

export type Judge = (evidence: Evidence) => Breach[];

export function recordOf({ records }: Evidence, id: string): Delivery | null {
  const record = records.get(id) ?? null;
  return record === "unreadable" ? null : record;
}
