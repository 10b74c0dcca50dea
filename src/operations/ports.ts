/**
 * What the operations need. `storage/` and `queue/` implement it.
 */
import type { CallbackState } from "../delivery/callback.ts";
import type { Decision, SaveResult } from "../delivery/decision.ts";
import type {
  DeadReason,
  Delivery,
  DeliveryRequest,
  DeliveryState,
  ShownStatus,
} from "../delivery/record.ts";
import type { TimelineEntry } from "../delivery/timeline.ts";

export interface NewDelivery {
  readonly request: DeliveryRequest;
  /** In the producer's own text. */
  readonly payloadText: string;
  readonly state: DeliveryState;
  /** Digests of the idempotency key and of the request; null without a key. */
  readonly claim: { readonly hash: string; readonly digest: string } | null;
}

export type Acceptance =
  | { readonly kind: "created"; readonly id: string; readonly rings: boolean }
  | Claimed
  | { readonly kind: "full" };

/** The key was used before: for which delivery, and the digest of that request. */
export interface Claimed {
  readonly kind: "claimed";
  readonly id: string;
  readonly digest: string;
}

/** The records of one account, as operations see them. */
export interface Acknowledgements {
  accept(delivery: NewDelivery, mostUnfinished: number): Promise<Acceptance>;
  /** What a key was used for before; null if it was not. */
  claimed(keyHash: string): Promise<Claimed | null>;
  /**
   * The lane of the delivery that was acknowledged under a key, even if its record is deleted; null if nothing
   * is known.
   */
  referenced(keyHash: string): Promise<{ readonly lane: string | null } | null>;
  get(id: string): Promise<Delivery | "unreadable" | null>;
  /** In its producer's own text; null if the delivery is gone. */
  payload(id: string): Promise<string | null>;
  timeline(id: string): Promise<TimelineEntry[]>;
}

export interface Wakeup {
  /** Wakes a sleeping worker of this account; one that is awake looks once more. */
  ring(): Promise<void>;
}

/** A stored delivery, with the parts that only operations need. */
export interface StoredDelivery {
  readonly delivery: Delivery;
  /** A send of it is leased, and its outcome not saved yet. */
  readonly isBeingSent: boolean;
  /** It was trimmed: its payload and some entries of its timeline are gone (`delivery/trim.ts`). */
  readonly isTrimmed?: boolean;
  /** The state of its callback; null for a delivery without one. */
  readonly callback: CallbackState | null;
}

/** Words that stand somewhere in a delivery: in its request or in its state. */
export interface Saying {
  readonly of: "request" | "state";
  readonly words: string;
  /** Whether case is ignored. */
  readonly anyCase: boolean;
}

export type ListName =
  | `status:${ShownStatus}`
  | `reason:${DeadReason}`
  /** Sorted by acknowledgement; named by `lookupName`. */
  | `recipient:${string}`
  | `named:${string}`
  /** The dead letters of one group, by their end. */
  | `group:${string}`
  /** Lanes that a dead letter holds, by the time since when. It has names of lanes in place of ids. */
  | "lanes:held"
  | "callback:dead";

/** A place in a list. Entries after it stay after it, however deliveries come and go. */
export interface Place {
  readonly at: number;
  readonly id: string;
}

export interface ListRange {
  readonly after: Place | null;
  /** From `since` to `until`, both included; null for no limit. */
  readonly since: number | null;
  readonly until: number | null;
}

/** Payloads in their authors' own text. */
export interface Payloads {
  /** Null if the delivery is gone or trimmed, or its record does not parse. */
  readonly payload: string | null;
  /** The payloads that edits have replaced, the first one first. */
  readonly originals: readonly string[];
}

/** The lists of one account, and the records behind them. */
export interface DeliveryLists {
  /** Places of one list, the latest first. */
  places(list: ListName, options: { readonly range: ListRange; readonly most: number }): Promise<Place[]>;
  count(list: ListName, range: Pick<ListRange, "since" | "until">): Promise<number>;
  /** The records in the order of the ids; null for one that is gone, `unreadable` for one that does not parse. */
  read(ids: readonly string[]): Promise<(StoredDelivery | "unreadable" | null)[]>;
  /**
   * The first of these records, as many as fit into a limited memory, at least one. Null also for those that do
   * not contain the words.
   */
  look(ids: readonly string[], sayings: readonly Saying[]): Promise<(StoredDelivery | "unreadable" | null)[]>;
  /** The delivery that goes first in a lane; null for an empty lane. */
  headOf(lane: string): Promise<string | null>;
  /** The payload of a delivery; read only where it is needed. */
  payloads(id: string): Promise<Payloads>;
  idOfKey(keyHash: string): Promise<string | null>;
  /** The delivery that has claimed a platform id. */
  ownerOf(platformId: string): Promise<string | null>;
  /** Ids in a lane, the head first. */
  inLane(lane: string, most: number): Promise<readonly string[]>;
  laneLength(lane: string): Promise<number>;
  /** Which of these have ended, or are gone. */
  ended(ids: readonly string[]): Promise<string[]>;
  timeline(id: string): Promise<TimelineEntry[]>;
  fatesOf(action: string): Promise<Fates>;
}

export interface Replaying {
  readonly delivery: Delivery;
  readonly decision: Decision;
  /** The request, with the new deadline. */
  readonly request: DeliveryRequest;
  /** The new payload of an edit; null without one. */
  readonly payload: string | null;
  /** The bulk action that it is part of; null for none. */
  readonly action: string | null;
}

/** How the deliveries of one account ended that one bulk action replayed. */
export interface Fates {
  readonly confirmed: number;
  readonly dead: number;
}

/** The changes that people make to the deliveries of one account. */
export interface Changes {
  save(delivery: Delivery, decision: Decision): Promise<SaveResult>;
  replay(replaying: Replaying): Promise<SaveResult>;
  /** Makes a callback that was given up due again; false if it was not given up, or its delivery is gone. */
  retryCallback(id: string): Promise<boolean>;
  /** Erases the record of an ended delivery that is no dead letter; false if it has changed meanwhile. */
  forget(delivery: Delivery): Promise<boolean>;
}

export interface AuditEntry {
  readonly at: number;
  /** The name of the API key, or of the person at the command line. */
  readonly by: string;
  /** The address of the client, if the request came over HTTP. */
  readonly from?: string | null;
  readonly act: string;
  readonly account: string | null;
  /** The delivery or the bulk action that was acted on. */
  readonly id: string | null;
  readonly note: string | null;
  /** How many deliveries it was about, where this is known. */
  readonly count?: number | null;
  /** For a bulk action that has ended: how many deliveries matched its filter. */
  readonly matched?: number | null;
}

/** How far both logs were read: the ids of the last entries; null where nothing was read yet. */
export interface AuditPlace {
  readonly acts: string | null;
  readonly reads: string | null;
}

export interface Audit {
  write(entry: AuditEntry): Promise<void>;
  /**
   * Entries, the latest first, after a place. `after` is the place behind each; null stands for an entry that
   * cannot be read.
   */
  walk(
    from: AuditPlace,
    options: {
      readonly range: { readonly since: number | null; readonly until: number | null };
      readonly most: number;
    },
  ): Promise<readonly { readonly entry: AuditEntry | null; readonly after: AuditPlace }[]>;
}
