/**
 * Decides which orders follow from a message, by what a list shows and what is remembered about it. Pure.
 *
 *   seen ──► create ──► read ──► settled: read and handled
 *                  └──► handled ──┘
 *
 * Read and handled are two things on the platform: a message may be either first.
 */
import type { Message } from "../../platforms/messages.ts";
import type { Facts, Remembered } from "./ports.ts";

export type MirrorStep = "create" | "read" | "handled";

export function stepsOf(message: Message, known: Remembered): readonly MirrorStep[] {
  const steps: MirrorStep[] = [];
  if (known.openId === null) steps.push("create");
  if (message.isRead === true && known.readAt === null) steps.push("read");
  if (isDone(message, known) && known.handledAt === null) steps.push("handled");
  return steps;
}

/**
 * The platform shows a plain notice as handled from the beginning (the example of document 001). It needs no
 * handling, so its todo is done when it was read. A message that was seen waiting is done when it was handled.
 */
function isDone({ isRead, isHandled }: Message, { waitedAt }: Remembered): boolean {
  return isHandled === true && (waitedAt !== null || isRead === true);
}

/** The facts that the message shows, independent of its todo. */
export function factsOf(
  message: Message,
  { known, now }: { readonly known: Remembered; readonly now: number },
): Facts {
  const waits = message.isHandled === false && known.waitedAt === null;
  const isBack = known.goneAt !== null;
  return { ...(waits ? { waitedAt: now } : {}), ...(isBack ? { goneAt: null, soughtAt: null } : {}) };
}

/** Whether anything can still follow: its todo exists, and is not yet both read and done. */
export function isOpen({ openId, readAt, handledAt }: Remembered): boolean {
  return openId !== null && (readAt === null || handledAt === null);
}

const LONGEST_PAUSE_MS = 3_600_000;

/**
 * Whether to look for a message that is on no short list. The list of read messages only grows, and a deleted
 * message is never found there, so the pauses double, up to an hour.
 */
export function isToBeSought({ goneAt, soughtAt }: Remembered, now: number): boolean {
  if (goneAt === null || soughtAt === null) return true;
  return now - soughtAt >= Math.min(soughtAt - goneAt, LONGEST_PAUSE_MS);
}

type Farewell = "keep" | "forget" | "lost";

/** What happens to the memory of a message that is on no list. `lost`: it never showed how it ended. */
export function farewellOf(
  known: Remembered,
  { now, retentionMs }: { readonly now: number; readonly retentionMs: number },
): Farewell {
  const { readAt, handledAt, goneAt, unmappedAt, waitedAt } = known;
  const isOver = (since: number | null): boolean => since !== null && now - since > retentionMs;
  if (isOpen(known)) return isOver(goneAt) ? "lost" : "keep";
  const lastAt = Math.max(readAt ?? 0, handledAt ?? 0, unmappedAt ?? 0, waitedAt ?? 0);
  return isOver(lastAt) ? "forget" : "keep";
}
