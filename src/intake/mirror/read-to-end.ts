/**
 * Reads lists to their end while they change.
 *
 * A pass over a changing list can miss a message (see readPass). So passes are repeated until one is whole, or
 * two in a row show the same messages. Everything that any pass saw is kept: it was true when it was shown, and
 * messages only move forward (unread to read, waiting to handled). If a list keeps changing, the round goes on
 * with what it saw and concludes nothing from what it did not see; the next round reads again.
 */
import type { Filter, List, ListFailure, Message } from "../../platforms/messages.ts";
import type { ListReader } from "./ports.ts";

const MOST_PASSES = 4;

interface Listed {
  readonly kind: "listed";
  readonly messages: ReadonlyMap<string, Message>;
  /** True if a message that is not among these was on none of the lists. */
  readonly complete: boolean;
}

/** All messages of these lists; of two readings of a message the later one counts. */
export async function readLists(lists: readonly List[], reader: ListReader): Promise<Listed | ListFailure> {
  const messages = new Map<string, Message>();
  let complete = true;
  for (const list of lists) {
    const read = await readToEnd(list, reader);
    if (read.kind === "failed") return read;
    for (const [id, message] of read.messages)
      if (isWanted(message, reader.filter)) messages.set(id, message);
    complete &&= read.complete;
  }
  return { kind: "listed", messages, complete };
}

/** Whether a message matches the filter: a platform that does not know the parameters returns other messages too. */
function isWanted({ plugin, noticeType }: Message, filter: Filter): boolean {
  const isIt = (wanted: string | undefined, shown: string | null): boolean =>
    wanted === undefined || shown === null || shown === wanted;
  return isIt(filter.plugin, plugin) && isIt(filter.notice_type, noticeType);
}

async function readToEnd(list: List, reader: ListReader): Promise<Listed | ListFailure> {
  const messages = new Map<string, Message>();
  let before: readonly Message[] | null = null;
  for (let passes = 0; passes < MOST_PASSES; passes += 1) {
    const pass = await reader.read(list);
    if (pass.end.kind === "failed") return pass.end;
    for (const message of pass.messages) messages.set(message.id, message);
    if (pass.end.kind === "whole" || showsTheSame(pass.messages, before)) {
      return { kind: "listed", messages, complete: true };
    }
    before = pass.messages;
  }
  return { kind: "listed", messages, complete: false };
}

function showsTheSame(messages: readonly Message[], before: readonly Message[] | null): boolean {
  if (before === null || before.length !== messages.length) return false;
  const ids = new Set(before.map(({ id }) => id));
  return messages.every(({ id }) => ids.has(id));
}
