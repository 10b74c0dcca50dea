/**
 * What the relay needs: the table in the database of a business system, and Bida.
 *
 * The status of a row. `waiting`: the business system wrote it. `refused`: it cannot become a delivery, and
 * `errors` says why. `acknowledged`: Bida has acknowledged it, and `delivery_id` names the delivery. Then how
 * the delivery ended; `forgotten` where Bida no longer has its record.
 */
import type { EnqueueResult } from "../operations/enqueue.ts";
import type { FieldError } from "../operations/field-errors.ts";
import type { Emit } from "../telemetry/events.ts";

/** The number of parts, as in `deploy/sql/`: each lane is in one part, and one relay at a time serves a part. */
export const LANE_PARTS = 32;

/** An order as the business system wrote it. Ids are text, because they may be above 2^53. */
export interface OutboxRow {
  readonly id: string;
  readonly account: string;
  readonly operation: string;
  /** Null where payload and metadata together are too long to be read. */
  readonly payload: string | null;
  readonly lane: string | null;
  readonly key: string | null;
  /** ISO 8601 in UTC. */
  readonly sendAt: string | null;
  readonly deadline: string | null;
  readonly priority: number | null;
  readonly callbackUrl: string | null;
  readonly metadata: string | null;
}

/** The result for a waiting row. */
export type RowMark =
  | { readonly kind: "acknowledged"; readonly id: string; readonly deliveryId: string }
  | { readonly kind: "refused"; readonly id: string; readonly errors: readonly FieldError[] };

/** A row whose delivery may still change: it has not ended, or may be replayed. */
export interface FollowedRow {
  readonly id: string;
  readonly account: string;
  readonly deliveryId: string;
}

export type FollowedStatus = "acknowledged" | "dead" | "discarded";

export const ENDINGS = ["confirmed", "dead", "discarded", "cancelled", "forgotten"] as const;

/** How a delivery ended. */
export interface Ending {
  readonly status: (typeof ENDINGS)[number];
  readonly reason: string | null;
  readonly detail: string | null;
}

/** The end of a followed row's delivery; `ending` is null for one that was replayed and is open again. */
export interface RowEnding {
  readonly id: string;
  readonly ending: Ending | null;
}

export interface OutboxCounts {
  readonly waiting: number;
  /** The age of the oldest waiting row, by the database's clock; 0 if none waits. */
  readonly oldestWaitingMs: number;
  readonly refused: number;
}

/** A part with waiting rows, and the first of them, which stays the same while nobody relays the part. */
export interface WaitingPart {
  readonly part: number;
  readonly firstId: string;
}

export interface WantedRows {
  /** Accounts that are left out. */
  readonly without: readonly string[];
  readonly most: number;
}

/** The table, through one session of its database. After an error the session is closed and a new one opened. */
export interface OutboxTable {
  /** Rejects with a sentence for an operator when the table, a column or a right is missing. */
  verify(): Promise<void>;
  waitingParts(): Promise<readonly WaitingPart[]>;
  /** Locks a part; false when another relay has it. The lock lasts as long as the session. */
  lock(part: number): Promise<boolean>;
  unlock(part: number): Promise<void>;
  /** The waiting rows of a part, by id, of all accounts except `without`. */
  waiting(part: number, wanted: WantedRows): Promise<readonly OutboxRow[]>;
  /** Writes the results into rows that are still waiting. */
  mark(marks: readonly RowMark[]): Promise<void>;
  /** Rows with this status, by id, after `after`. */
  followed(
    status: FollowedStatus,
    options: { readonly after: string; readonly most: number },
  ): Promise<readonly FollowedRow[]>;
  finish(endings: readonly RowEnding[]): Promise<void>;
  /** Deletes rows that were confirmed, or ended by a person's decision, longer ago than `keepMs`; returns how many. */
  deleteEnded(keepMs: number, most: number): Promise<number>;
  counts(): Promise<OutboxCounts>;
  /** Resolves when the database reports new rows, after `ms`, or when the signal aborts. */
  news(ms: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Opens the table through a new session. */
export type OpenTable = () => Promise<OutboxTable>;

export interface OutboxPorts {
  /** Returns one result for each order, in order. A Redis that is away is a result too. */
  readonly enqueue: (orders: readonly unknown[]) => Promise<readonly EnqueueResult[]>;
  /** How these deliveries ended; those that have not ended are left out. */
  readonly endings: (account: string, ids: readonly string[]) => Promise<ReadonlyMap<string, Ending>>;
  readonly emit: Emit;
}

/** An outbox. */
export interface Outbox {
  readonly name: string;
  /** The accounts that its rows may use. */
  readonly accounts: readonly string[];
  /** How long a row stays after its end. */
  readonly keepMs: number;
}
