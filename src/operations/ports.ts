/**
 * What the operations work with. `storage/` and `queue/` plug in.
 */
import type { CallbackState } from "../delivery/callback.ts";
import type { Decision } from "../delivery/decision.ts";
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
  /** Digests of the idempotency key and of what it is used for; null without a key. */
  readonly claim: { readonly hash: string; readonly digest: string } | null;
}

export type Acceptance =
  | { readonly kind: "created"; readonly id: string; readonly rings: boolean }
  | Claimed
  | { readonly kind: "full" };

/** The key has been used, and for what. */
export interface Claimed {
  readonly kind: "claimed";
  readonly id: string;
  readonly digest: string;
}

/** The records of one account, as operations see them. */
export interface Acknowledgements {
  accept(delivery: NewDelivery, mostUnfinished: number): Promise<Acceptance>;
  /** What a key was used for before; null if for nothing. */
  claimed(keyHash: string): Promise<Claimed | null>;
  /** The lane of what was acknowledged under a key, forgotten or not; null if nothing is known. */
  referenced(keyHash: string): Promise<{ readonly lane: string | null } | null>;
  get(id: string): Promise<Delivery | "unreadable" | null>;
  /** In its producer's own text; null if the delivery is gone. */
  payload(id: string): Promise<string | null>;
  timeline(id: string): Promise<TimelineEntry[]>;
}

/** Wakes a sleeping worker of the account. */
export interface Wakeup {
  ring(): Promise<void>;
}

/**
 * The result of one change. `rings`: workers sleep, and it made something due. `stale`: somebody else moved
 * the delivery on in the meantime; `late`: a receipt came that the decision does not know.
 */
export type Change =
  | { readonly kind: "saved"; readonly rings: boolean }
  | { readonly kind: "late" }
  | { readonly kind: "stale" | "gone" };

/** A delivery as it is stored, with what only operations ask for. */
export interface StoredDelivery {
  readonly delivery: Delivery;
  /** A worker has begun a send and has not yet saved its outcome. */
  readonly isBeingSent: boolean;
  /** It ended some time ago: its payload is gone, and what passed of its story (`delivery/trim.ts`). */
  readonly isTrimmed?: boolean;
  /** What became of its callback; null for a delivery without one. */
  readonly callback: CallbackState | null;
}

/** Words that stand somewhere in a delivery: in what was asked for, or in what became of it. */
export interface Saying {
  readonly of: "request" | "state";
  readonly words: string;
  /** Whether capital and small letters are the same. */
  readonly anyCase: boolean;
}

export type ListName =
  | `status:${ShownStatus}`
  | `reason:${DeadReason}`
  /** By acknowledgement; the names are `lookupName`'s. */
  | `recipient:${string}`
  | `named:${string}`
  /** Dead letters of one group by their end. */
  | `group:${string}`
  /** Lanes that a dead letter holds, by since when: names of lanes in place of ids. */
  | "lanes:held"
  | "callback:dead";

/** A place in a list. What comes after it stays after it, however deliveries come and go. */
export interface Place {
  readonly at: number;
  readonly id: string;
}

export interface ListRange {
  readonly after: Place | null;
  /** Both inclusive. */
  readonly since: number | null;
  readonly until: number | null;
}

/** In their authors' own texts. */
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
  /** In the order of the ids; null for what is gone, `unreadable` for what does not parse. */
  read(ids: readonly string[]): Promise<(StoredDelivery | "unreadable" | null)[]>;
  /**
   * The first of these, as many as fit into a bounded memory, one at least. Null also for those that do not say what is
   * asked for.
   */
  look(ids: readonly string[], sayings: readonly Saying[]): Promise<(StoredDelivery | "unreadable" | null)[]>;
  /** The delivery that goes first in a lane; null for an empty lane. */
  headOf(lane: string): Promise<string | null>;
  /** The payload of a delivery; read only where it is needed. */
  payloads(id: string): Promise<Payloads>;
  idOfKey(keyHash: string): Promise<string | null>;
  /** Which delivery one of the platform's ids proves. */
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
  /** With the new deadline. */
  readonly request: DeliveryRequest;
  /** The new payload of an edit; null without one. */
  readonly payload: string | null;
  /** The bulk action that it is part of; null for none. */
  readonly action: string | null;
}

/** What became of the deliveries that one bulk action replayed, in one account. */
export interface Fates {
  readonly confirmed: number;
  readonly dead: number;
}

/** The changes that people make to the deliveries of one account. */
export interface Changes {
  save(delivery: Delivery, decision: Decision): Promise<Change>;
  replay(replaying: Replaying): Promise<Change>;
  /** Makes a callback that was given up due again; false if it was not given up, or its delivery is gone. */
  retryCallback(id: string): Promise<boolean>;
  /** Erases the record of one that has ended, and not as a dead letter; false if somebody else has moved it on. */
  forget(delivery: Delivery): Promise<boolean>;
}

export interface AuditEntry {
  readonly at: number;
  /** The name of the API key, or of the person at the command line. */
  readonly by: string;
  /** The address of whoever asked, where it was over HTTP. */
  readonly from?: string | null;
  readonly act: string;
  readonly account: string | null;
  /** The delivery or the action that was acted on. */
  readonly id: string | null;
  readonly note: string | null;
  /** How many it was about, where it was about many and that is known. */
  readonly count?: number | null;
  /** Of a bulk action that has ended: how many it met that its filter meant. */
  readonly matched?: number | null;
}

/** How far both logs were read: the ids of their last entries; null for not at all. */
export interface AuditPlace {
  readonly acts: string | null;
  readonly reads: string | null;
}

export interface Audit {
  write(entry: AuditEntry): Promise<void>;
  /** The latest first, from a place on; `after` is the place behind each. Null is what cannot be read. */
  walk(
    from: AuditPlace,
    options: {
      readonly range: { readonly since: number | null; readonly until: number | null };
      readonly most: number;
    },
  ): Promise<readonly { readonly entry: AuditEntry | null; readonly after: AuditPlace }[]>;
}
