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

/** The platform shows whole seconds: a message of the same second is not older. */
export function sinceOf({ since }: AwaitInput): number | null {
  const at = since === undefined ? null : platformTime(since);
  return at === null ? null : Math.floor(at / 1_000) * 1_000;
}

/** Whether the message has come as far as was asked. Being on a list at all is `delivered`. */
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

/** What the platform shows of the message, told apart: `delivered`, `read`, `handled`, or both. */
export function shownState({ isRead, isHandled }: Message): string {
  if (isRead === true) return isHandled === true ? "read and handled" : "read";
  return isHandled === true ? "handled" : "delivered";
}

/**
 * Follows a list page by page and says, after each, whether it has been read past `since`: true only while
 * every row so far came newest first, because the document does not promise that order.
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
