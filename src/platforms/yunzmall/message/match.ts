/**
 * Whether a message is the awaited one, and what it shows about its state. Pure.
 */
import { BODY_CRITERIA, type AwaitInput, type AwaitedState } from "./input.ts";
import { bodyText, type Message } from "../../messages.ts";
import { platformTime } from "./platform-time.ts";

export function isAwaited(message: Message, input: AwaitInput): boolean {
  return (
    isSame(input.id, message.id) &&
    isSame(input.plugin, message.plugin) &&
    isSame(input.notice_type, message.noticeType) &&
    isSame(input.recipient_id, message.recipientId) &&
    BODY_CRITERIA.every((field) => isSame(input[field], bodyText(message, field))) &&
    isSince(message, input)
  );
}

function isSame(asked: string | undefined, shown: string | null): boolean {
  return asked === undefined || asked === shown;
}

function isSince({ createdAt }: Message, input: AwaitInput): boolean {
  const since = sinceOf(input);
  return since === null || (createdAt !== null && createdAt >= since);
}

/** Cut to the second: the platform shows whole seconds, so a message of the same second is not older. */
export function sinceOf({ since }: AwaitInput): number | null {
  const at = since === undefined ? null : platformTime(since);
  return at === null ? null : Math.floor(at / 1_000) * 1_000;
}

/** Whether the message is in the awaited state. Being on any list means `delivered`. */
export function hasReached({ isRead, isHandled }: Message, state: AwaitedState): boolean {
  switch (state) {
    case "delivered":
      return true;
    case "read":
      return isRead === true;
    case "handled":
      return isHandled === true;
  }
}

/** The state that the platform shows: delivered, read, handled, or read and handled. */
export function shownState({ isRead, isHandled }: Message): string {
  if (isRead === true) return isHandled === true ? "read and handled" : "read";
  return isHandled === true ? "handled" : "delivered";
}

/**
 * Follows a list page by page and says after each whether it has been read past `since`. True only while all
 * rows so far came newest first, because the document does not promise this order.
 */
export function watchOrder(): (page: readonly Message[], since: number) => boolean {
  let oldest = Number.POSITIVE_INFINITY;
  let isOrdered = true;
  return (page, since) => {
    for (const { createdAt } of page) {
      isOrdered &&= createdAt !== null && createdAt <= oldest;
      oldest = createdAt ?? oldest;
    }
    return isOrdered && oldest < since;
  };
}
