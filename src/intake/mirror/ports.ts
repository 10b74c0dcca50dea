/**
 * What the mirror works with: the lists to read, a memory of what it has mirrored, and enqueueing as
 * every producer does it.
 */
import type { AccountAccess } from "../../platforms/account-access.ts";
import type { Filter, List, Message, Pass, ReadPass } from "../../platforms/messages.ts";
import type { TodoOrders } from "../../platforms/todo-orders.ts";
import type { Runtime } from "../../pipeline/ports.ts";

/** One configured mirror: the messages of `from` become todos of `to`. */
export interface Mirror {
  readonly from: AccountAccess;
  readonly to: string;
  /** How the platform of `from` reads a list. */
  readonly readPass: ReadPass;
  readonly lists: readonly List[];
  /** What the platform narrows its lists by; empty for all messages. */
  readonly filter: Filter;
  /** Who reads at `from` → who is shown a todo at `to`: Yunzmall's staff id, Yunzhijia's openId. */
  readonly recipients: Readonly<Record<string, string>>;
  readonly todo: TodoTemplate;
  readonly retentionMs: number;
  readonly memory: MirrorMemory;
  /** Enqueues, answered order by order; a repeated key is the same delivery. */
  readonly place: (orders: readonly Order[]) => Promise<readonly Placement[]>;
  readonly runtime: Pick<Runtime, "now" | "emit">;
}

/** The lists of one round. */
export interface ListReader {
  readonly filter: Filter;
  readonly now: number;
  readonly read: (list: List, isEnough?: (page: readonly Message[]) => boolean) => Promise<Pass>;
}

export interface TodoTemplate {
  /** How the platform of `to` words its orders. */
  readonly orders: TodoOrders;
  /** `{id}` is the message's id. */
  readonly url: string;
  readonly headImg: string;
  /** False when the configuration names the icon: then that is used instead of the sender's picture. */
  readonly prefersAvatar: boolean;
}

export interface Order {
  readonly operation: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly key: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export type Placement =
  /** Acknowledged: now, or before under the same key. */
  | { readonly kind: "placed"; readonly isNew: boolean }
  | { readonly kind: "refused"; readonly fields: readonly string[] }
  /** Redis away, or the account's backlog is full: the next round tries again. */
  | { readonly kind: "postponed"; readonly detail: string };

/**
 * What is known of one message. A fact, once noted, is never taken back (but for `goneAt` and `soughtAt`),
 * so two mirrors that write at the same time cannot undo each other. Times are Redis' clock.
 */
export interface Remembered {
  /** Whom its todo went to; null until the create was acknowledged. */
  readonly openId: string | null;
  /** First seen waiting to be handled. */
  readonly waitedAt: number | null;
  /** The update that says so was acknowledged. */
  readonly readAt: number | null;
  readonly handledAt: number | null;
  /** On no list any more, and not seen to be read or handled. */
  readonly goneAt: number | null;
  readonly soughtAt: number | null;
  /** Counted as one without a recipient. */
  readonly unmappedAt: number | null;
}

/** Facts to note about one message; null takes one back. */
export type Facts = Partial<Remembered>;

export interface MirrorMemory {
  load(): Promise<ReadonlyMap<string, Remembered>>;
  note(facts: ReadonlyMap<string, Facts>): Promise<void>;
  forget(messageIds: readonly string[]): Promise<void>;
  /** What the lists showed up to then is mirrored. */
  caughtUp(at: number): Promise<void>;
  /**
   * Counts a message whose staff id has no openId, once a message. Returns how many messages of that
   * staff id were counted; null if this one had been counted before.
   */
  countUnmapped(
    unmapped: { readonly messageId: string; readonly staffId: string },
    now: number,
  ): Promise<number | null>;
}

export const NOTHING_KNOWN: Remembered = Object.freeze({
  openId: null,
  waitedAt: null,
  readAt: null,
  handledAt: null,
  goneAt: null,
  soughtAt: null,
  unmappedAt: null,
});
