/**
 * What the mirror needs: lists to read, a memory of what it has mirrored, and enqueueing.
 */
import type { AccountAccess } from "../../platforms/account-access.ts";
import type { Filter, List, Pass, ReadPass } from "../../platforms/messages.ts";
import type { TodoOrders } from "../../platforms/todo-orders.ts";
import type { Runtime } from "../../pipeline/ports.ts";

/** One configured mirror: the messages of `from` become todos of `to`. */
export interface Mirror {
  readonly from: AccountAccess;
  readonly to: string;
  /** How the platform of `from` reads a list. */
  readonly readPass: ReadPass;
  readonly lists: readonly List[];
  /** The filter for the platform's lists; empty for all messages. */
  readonly filter: Filter;
  /** Recipient at `from` → recipient of the todo at `to`: Yunzmall's staff id → Yunzhijia's openId. */
  readonly recipients: Readonly<Record<string, string>>;
  readonly todo: TodoTemplate;
  readonly retentionMs: number;
  readonly memory: MirrorMemory;
  /** Enqueues the orders and returns one result for each; a repeated key is the same delivery. */
  readonly place: (orders: readonly Order[]) => Promise<readonly Placement[]>;
  readonly runtime: Pick<Runtime, "now" | "emit">;
}

/** The lists of one round. */
export interface ListReader {
  readonly filter: Filter;
  readonly now: number;
  readonly read: (list: List, options?: Omit<Parameters<ReadPass>[1], "reader">) => Promise<Pass>;
}

export interface TodoTemplate {
  /** How orders look on the platform of `to`. */
  readonly orders: TodoOrders;
  /** `{id}` is the message's id. */
  readonly url: string;
  readonly headImg: string;
  /** Whether the sender's picture is used; false when the configuration names an icon. */
  readonly prefersAvatar: boolean;
}

export interface Order {
  readonly operation: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly key: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export type Placement =
  /** Acknowledged, now or earlier under the same key. */
  | { readonly kind: "placed"; readonly isNew: boolean }
  | { readonly kind: "refused"; readonly fields: readonly string[] }
  /** Redis is away, or the account's backlog is full: the next round tries again. */
  | { readonly kind: "postponed"; readonly detail: string };

/**
 * What is known about one message. A fact is never removed (except `goneAt` and `soughtAt`), so two mirrors
 * that write at the same time cannot undo each other. Times are in ms of Redis' clock.
 */
export interface Remembered {
  /** The recipient of its todo; null until the create was acknowledged. */
  readonly openId: string | null;
  /** When it was first seen waiting to be handled. */
  readonly waitedAt: number | null;
  /** When the update to `read` was acknowledged. */
  readonly readAt: number | null;
  readonly handledAt: number | null;
  /** When it was on no list any more without having been seen read or handled. */
  readonly goneAt: number | null;
  readonly soughtAt: number | null;
  /** When it was counted as a message without a recipient. */
  readonly unmappedAt: number | null;
}

/** Facts to note about one message; null removes one. */
export type Facts = Partial<Remembered>;

export interface MirrorMemory {
  load(): Promise<ReadonlyMap<string, Remembered>>;
  note(facts: ReadonlyMap<string, Facts>): Promise<void>;
  forget(messageIds: readonly string[]): Promise<void>;
  /** Records that everything that the lists showed up to `at` is mirrored. */
  caughtUp(at: number): Promise<void>;
  /**
   * Counts a message whose staff id has no recipient, once for each message. Returns how many messages of that
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
