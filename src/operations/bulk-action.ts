/**
 * A bulk action over dead letters: what was asked for, and how far it has come.
 */
import type { FieldEdit } from "../delivery/edit-field.ts";
import type { DeadLetterFilter } from "./dead-letter-filter.ts";
import type { Place } from "./ports.ts";

/** `edit` changes one field of each and replays it; `forget` erases what has ended, dead or not, of one recipient. */
export const ACTION_KINDS = ["replay", "edit", "discard", "verify", "forget"] as const;
export const ACTION_STATUSES = ["running", "done", "cancelled"] as const;

export interface BulkAction {
  readonly id: string;
  readonly kind: (typeof ACTION_KINDS)[number];
  readonly status: (typeof ACTION_STATUSES)[number];
  /** Only counts what it would act on. */
  readonly dryRun: boolean;
  readonly filter: DeadLetterFilter;
  /** What an `edit` changes; null for other acts. */
  readonly edit: FieldEdit | null;
  /** The accounts of whoever gave the order; null for all. */
  readonly accounts: readonly string[] | null;
  /** The action whose failures this one repeats; null where the filter chooses. */
  readonly repeats: string | null;
  readonly by: string;
  readonly note: string | null;
  readonly ratePerSecond: number;
  /** Deliveries that died later are not part of it: one that dies again is not replayed again. */
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** Where the next round goes on; null before the first. */
  readonly after: Place | null;
  /** Dead letters on the lists that it reads, when it began. */
  readonly total: number;
  readonly looked: number;
  readonly matched: number;
  readonly done: number;
  /** Somebody else changed them first. */
  readonly skipped: number;
  /** They cannot be replayed as they are, for example because their payload no longer parses. */
  readonly failed: number;
}

/** A delivery on which a bulk action could not act, and why. */
export interface FailedItem {
  readonly id: string;
  readonly account: string;
  readonly key: string | null;
  readonly detail: string;
}

export interface ActionLease {
  readonly now: number;
  readonly nextDueAt: number | null;
  readonly leased: { readonly action: BulkAction; readonly version: number } | null;
}

export interface Actions {
  add(action: BulkAction): Promise<void>;
  get(id: string): Promise<{ readonly action: BulkAction; readonly version: number } | null>;
  /** The latest first, from a place on. */
  list(
    most: number,
    after: Place | null,
  ): Promise<{ readonly actions: readonly BulkAction[]; readonly next: Place | null }>;
  lease(leaseMs: number): Promise<ActionLease>;
  /** False if somebody else has moved it on. `nextAt` is null when it has ended. */
  save(
    action: BulkAction,
    state: { readonly version: number; readonly nextAt: number | null },
  ): Promise<boolean>;
  /** Takes effect with its next round; a round that is under way goes on as it was. */
  changeRate(id: string, ratePerSecond: number): Promise<void>;
  /** Keeps those that failed, the first ten thousand of them. */
  addFailed(id: string, items: readonly FailedItem[]): Promise<void>;
  failed(id: string, page: { readonly from: number; readonly most: number }): Promise<readonly FailedItem[]>;
}
