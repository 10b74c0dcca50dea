/**
 * A bulk action on dead letters: what was asked for, and how far it has come.
 */
import type { FieldEdit } from "../delivery/edit-field.ts";
import type { DeadLetterFilter } from "./dead-letter-filter.ts";
import type { Place } from "./ports.ts";

/**
 * `edit` changes one field of each and replays it. `forget` erases the ended deliveries, dead or not, of one
 * recipient.
 */
export const ACTION_KINDS = ["replay", "edit", "discard", "verify", "forget"] as const;
export const ACTION_STATUSES = ["running", "done", "cancelled"] as const;

export interface BulkAction {
  readonly id: string;
  readonly kind: (typeof ACTION_KINDS)[number];
  readonly status: (typeof ACTION_STATUSES)[number];
  /** True if it only counts what it would act on. */
  readonly dryRun: boolean;
  readonly filter: DeadLetterFilter;
  /** The change that an `edit` makes; null for other kinds. */
  readonly edit: FieldEdit | null;
  /** The accounts of the person who started it; null for all. */
  readonly accounts: readonly string[] | null;
  /** The action whose failed items this one repeats; null where the filter chooses the items. */
  readonly repeats: string | null;
  readonly by: string;
  readonly note: string | null;
  readonly ratePerSecond: number;
  /** Deliveries that died after this are not part of it, so that one which dies again is not replayed again. */
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** Where the next round goes on; null before the first. */
  readonly after: Place | null;
  /** How many dead letters were on its lists when it began. */
  readonly total: number;
  readonly looked: number;
  readonly matched: number;
  readonly done: number;
  /** How many were skipped, because somebody else changed them first. */
  readonly skipped: number;
  /** How many could not be acted on, for example because their payload no longer parses. */
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
  /** Actions, the latest first, after a place. */
  list(
    most: number,
    after: Place | null,
  ): Promise<{ readonly actions: readonly BulkAction[]; readonly next: Place | null }>;
  lease(leaseMs: number): Promise<ActionLease>;
  /** False if the stored action has changed meanwhile. `nextAt` is null when it has ended. */
  save(
    action: BulkAction,
    state: { readonly version: number; readonly nextAt: number | null },
  ): Promise<boolean>;
  /** Takes effect with the next round; a round under way keeps its rate. */
  changeRate(id: string, ratePerSecond: number): Promise<void>;
  /** Adds failed items; the first ten thousand are kept. */
  addFailed(id: string, items: readonly FailedItem[]): Promise<void>;
  failed(id: string, page: { readonly from: number; readonly most: number }): Promise<readonly FailedItem[]>;
}
