/**
 * What the judge has before it, and what a breach looks like.
 */
import type { Delivery } from "../../../src/delivery/record.ts";
import type { Acknowledged, Double } from "../history.ts";
import type { Promoted } from "../redis-pair.ts";
import type { SandboxLedger } from "../sandbox.ts";

/** Beside those of ARCHITECTURE section 1: nobody starves, no worker tells of a bug, and there was something to judge. */
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
  /** The delivery, or null where it is about no single one. */
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
  /** The records of all that was acknowledged, as they were at the end. */
  readonly records: ReadonlyMap<string, Delivery | "unreadable" | null>;
  /** Every death that the operator saw, as it was then. */
  readonly deaths: readonly Delivery[];
  readonly ledger: SandboxLedger;
  readonly stuck: readonly string[];
  /** Each time that a replica became the master, and what it lacked. */
  readonly promotions: readonly Promoted[];
  /** What workers told of bugs. */
  readonly bugs: readonly string[];
}

export type Judge = (evidence: Evidence) => Breach[];

export function recordOf({ records }: Evidence, id: string): Delivery | null {
  const record = records.get(id) ?? null;
  return record === "unreadable" ? null : record;
}
