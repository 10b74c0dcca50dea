/**
 * The messages of a platform, as a mirror reads them: the contract of `Platform.messages`.
 */
import type { AccountAccess } from "./account-access.ts";

export interface Message {
  readonly id: string;
  readonly recipientId: string | null;
  readonly plugin: string | null;
  readonly noticeType: string | null;
  /** Null where the platform does not show it. */
  readonly isRead: boolean | null;
  readonly isHandled: boolean | null;
  readonly createdAt: number | null;
  readonly body: Readonly<Record<string, unknown>>;
  readonly sender: Readonly<Record<string, unknown>>;
  /** The row as the platform showed it, for the evidence. */
  readonly row: unknown;
}

export const LISTS = ["unread", "waitHandle", "read"] as const;
export type List = (typeof LISTS)[number];

/** Parameters by which the platform narrows its lists, where it supports them. */
export interface Filter {
  readonly plugin?: string;
  readonly notice_type?: string;
}

export interface Reader {
  readonly account: AccountAccess;
  readonly filter?: Filter;
  readonly now: number;
  readonly signal: AbortSignal;
}

export interface ListFailure {
  readonly kind: "failed";
  /** False when our own rate did not let the call leave. */
  readonly wasAsked: boolean;
  /** The answer was lost or damaged: a repeat at once may succeed. */
  readonly isPassing: boolean;
  readonly detail: string;
  /** After how many ms asking again makes sense, where the platform or our own rate says so. */
  readonly retryAfterMs: number | null;
}

export interface Pass {
  /**
   * Each message that is kept, once, as seen last; none of a reader with `onPage`. Messages that were read before a
   * failure are valid too.
   */
  readonly messages: readonly Message[];
  readonly calls: number;
  /**
   * `moving`: the list changed while it was read, so a message that was not seen may be there all the same.
   * `enough`: the reader stopped before the end, because it had found what it looked for.
   */
  readonly end: { readonly kind: "whole" | "moving" | "enough" } | ListFailure;
}

/** Reads one list, page by page, to its end, or until the caller has read enough. */
export type ReadPass = (
  list: List,
  options: {
    readonly reader: Reader;
    readonly isEnough?: ((page: readonly Message[]) => boolean) | undefined;
    /** Gets each page in place of `messages`; the next one is read when it has resolved. */
    readonly onPage?: ((page: readonly Message[]) => Promise<void>) | undefined;
    /** Which messages to return; default all. The list of read messages only grows: who seeks a few keeps those. */
    readonly keeps?: ((message: Message) => boolean) | undefined;
  },
) => Promise<Pass>;

/** A text field of the body; null where the body has none. */
export function bodyText({ body }: Message, field: string): string | null {
  const value = body[field];
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value : null;
}
