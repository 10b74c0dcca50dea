/**
 * What the relay needs: the table of a business system's database, and Bida.
 *
 * A row's status says what happens to it next. `waiting`: the business system wrote it. `refused`: it cannot become
 * a delivery, and `errors` says why. `acknowledged`: Bida has it, and `delivery_id` names it. Then the end of
 * its delivery; `forgotten` for one that Bida no longer keeps.
 */
import type { EnqueueResult } from "../operations/enqueue.ts";
import type { FieldError } from "../operations/field-errors.ts";
import type { Emit } from "../telemetry/events.ts";

/** As `deploy/sql/` has it: each lane is in one of them, and one relay at a time serves a part. */
export const LANE_PARTS = 32;

/** An order as the business system wrote it. Ids are text: they may be above 2^53. */
export interface OutboxRow {
  readonly id: string;
  readonly account: string;
  readonly operation: string;
  /** Null where it is too long to be read, together with the metadata. */
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

/** What the relay learned about a waiting row. */
export type RowMark =
  | { readonly kind: "acknowledged"; readonly id: string; readonly deliveryId: string }
  | { readonly kind: "refused"; readonly id: string; readonly errors: readonly FieldError[] };

/** A row whose delivery may still change: it is open, or somebody might replay it. */
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

/** What is to be written into a followed row; null for one that was replayed: it is open again. */
export interface RowEnding {
  readonly id: string;
  readonly ending: Ending | null;
}

export interface OutboxCounts {
  readonly waiting: number;
  /** Of the oldest waiting row, by the database's clock; 0 if none waits. */
  readonly oldestWaitingMs: number;
  readonly refused: number;
}

/** A part that has waiting rows, and the first of them: the same one as long as nobody relays it. */
export interface WaitingPart {
  readonly part: number;
  readonly firstId: string;
}

export interface WantedRows {
  /** Accounts that are left out. */
  readonly without: readonly string[];
  readonly most: number;
}

/** The table, through one session of its database. After an error the session is closed and another is opened. */
export interface OutboxTable {
  /** Rejects in a sentence for an operator when the table, a column or a right is missing. */
  verify(): Promise<void>;
  waitingParts(): Promise<readonly WaitingPart[]>;
  /** False when another relay serves it. The lock lasts as long as the session. */
  lock(part: number): Promise<boolean>;
  unlock(part: number): Promise<void>;
  /** Waiting rows of a part in the order of their ids, of all accounts but `without`. */
  waiting(part: number, wanted: WantedRows): Promise<readonly OutboxRow[]>;
  /** Writes what was learned into rows that still wait. */
  mark(marks: readonly RowMark[]): Promise<void>;
  /** In the order of their ids, from behind `after` on. */
  followed(
    status: FollowedStatus,
    options: { readonly after: string; readonly most: number },
  ): Promise<readonly FollowedRow[]>;
  finish(endings: readonly RowEnding[]): Promise<void>;
  /** Deletes rows that ended well, or by a person's decision, longer ago than this; says how many. */
  deleteEnded(keepMs: number, most: number): Promise<number>;
  counts(): Promise<OutboxCounts>;
  /** Resolves when the database says that rows were written, after `ms`, or when it is to stop. */
  news(ms: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** The statements that differ between databases. */
export type OpenTable = () => Promise<OutboxTable>;

export interface OutboxPorts {
  /** One result an order, in order; a Redis that is away is a result too. */
  readonly enqueue: (orders: readonly unknown[]) => Promise<readonly EnqueueResult[]>;
  /** How each of these deliveries ended; those that have not are left out. */
  readonly endings: (account: string, ids: readonly string[]) => Promise<ReadonlyMap<string, Ending>>;
  readonly emit: Emit;
}

/** Whose rows these are. */
export interface Outbox {
  readonly name: string;
  /** The accounts that its rows may use. */
  readonly accounts: readonly string[];
  /** How long a row stays after its end. */
  readonly keepMs: number;
}
