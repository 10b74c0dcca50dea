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

/** What is seen of a waiting row before it is read. Ids are text: they may be above 2^53. */
export interface WaitingRow {
  readonly id: string;
  readonly account: string;
  readonly lane: string | null;
  /** Of payload and metadata; 0 where they are too long to be read. */
  readonly bytes: number;
}

/** An order as the business system wrote it. Texts that are too long for their field are cut behind its limit. */
export interface OutboxRow extends Omit<WaitingRow, "bytes"> {
  readonly operation: string;
  /** Null where payload and metadata together are too long to be read. */
  readonly payload: string | null;
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
  /** Rows that no relay ever looks at again: see `UNSERVED`. At most `MOST_UNSERVED` are counted. */
  readonly unserved: number;
}

/**
 * The condition for rows that no relay serves: a status of nobody's, a delivery without an id, or no part. A table that
 * was made by hand may hold them. The same in all databases; rows that an older relay marked are never among them.
 */
export const UNSERVED = `COALESCE(status, '') NOT IN ('waiting', 'refused', 'acknowledged', 'confirmed', 'dead', 'discarded', 'cancelled', 'forgotten')
  OR (status IN ('acknowledged', 'dead', 'discarded') AND delivery_id IS NULL)
  OR (status = 'waiting' AND COALESCE(lane_part, -1) NOT BETWEEN 0 AND ${LANE_PARTS - 1})`;
export const MOST_UNSERVED = 1_000;

/** What the relay reads and writes beside the order itself. */
export const OWN_COLUMNS =
  "status, delivery_id, errors, reason, detail, created_at, acknowledged_at, finished_at, lane_part";

/** A part with waiting rows, and the first of them, which stays the same while nobody relays the part. */
export interface WaitingPart {
  readonly part: number;
  readonly firstId: string;
}

export interface WantedRows {
  readonly withoutAccounts: readonly string[];
  readonly withoutIds: readonly string[];
  readonly most: number;
}

/** The table, through one session of its database. After an error the session is closed and a new one opened. */
export interface OutboxTable {
  /** Rejects with a sentence for an operator when the table, a column, a right or a transaction is missing. */
  verify(): Promise<void>;
  waitingParts(): Promise<readonly WaitingPart[]>;
  /**
   * Locks a part, or another number below 2^31; false when another session has it. The lock lasts as long as the session.
   */
  lock(part: number): Promise<boolean>;
  unlock(part: number): Promise<void>;
  /** Waiting rows of a part in the order of their ids. */
  waiting(part: number, wanted: WantedRows): Promise<readonly WaitingRow[]>;
  /**
   * Locks and reads those that still wait and that no other session has locked, in the order of their ids. It waits
   * for no lock. Its own locks last until `mark`, which always follows.
   */
  take(ids: readonly string[]): Promise<readonly OutboxRow[]>;
  /** Writes what was learned into the rows that were taken, and unlocks all of them. */
  mark(marks: readonly RowMark[]): Promise<void>;
  /** Rows with this status, by id, after `after`. */
  followed(
    status: FollowedStatus,
    options: { readonly after: string; readonly most: number },
  ): Promise<readonly FollowedRow[]>;
  /** Says how many were written. Rows that another session has locked are left as they are. */
  finish(endings: readonly RowEnding[]): Promise<number>;
  /** Deletes rows that ended well, or by a person's decision, longer ago than this; says how many. The same holds. */
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
