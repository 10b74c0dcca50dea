/**
 * Messages of a platform, as a mirror reads them: what a platform that has some offers (`Platform.messages`).
 */
import type { AccountAccess } from "./account-access.ts";

export interface Message {
  readonly id: string;
  readonly recipientId: string | null;
  readonly plugin: string | null;
  readonly noticeType: string | null;
  /** Null where the platform did not say. */
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

/** The platform shows only such messages, where it knows the parameters. */
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
  /** The answer was lost or damaged on its way: asking again at once may succeed. */
  readonly isPassing: boolean;
  readonly detail: string;
  /** When asking again makes sense, if the platform or our own rate said so. */
  readonly retryAfterMs: number | null;
}

export interface Pass {
  /** Each message once, as last seen; what was seen before a failure is true too. */
  readonly messages: readonly Message[];
  readonly calls: number;
  /**
   * `moving`: the list changed while it was read, so what was not seen may be there all the same. `enough`: the
   * reader had seen what it looked for before the end.
   */
  readonly end: { readonly kind: "whole" | "moving" | "enough" } | ListFailure;
}

/** Reads one list, page by page, to its end, or until a page is enough. */
export type ReadPass = (
  list: List,
  options: {
    readonly reader: Reader;
    readonly isEnough?: ((page: readonly Message[]) => boolean) | undefined;
  },
) => Promise<Pass>;

/** A text of the body; null where this message's body has none. */
export function bodyText({ body }: Message, field: string): string | null {
  const value = body[field];
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value : null;
}
