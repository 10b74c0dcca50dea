/**
 * Reads lists to their end while they change.
 *
 * A pass over a changing list can miss a message (see readPass). So passes are repeated until one is whole, or
 * two in a row show the same messages. Everything that any pass saw is used: it was true when it was shown, and
 * messages only move forward (unread to read, waiting to handled). If a list keeps changing, the round goes on
 * with what it saw and concludes nothing from what it did not see; the next round reads again.
 *
 * A list may be of any length. So only the ids of all messages are kept: when the messages themselves have reached
 * `MOST_HELD_BYTES`, they are worked on before another page is read.
 */
import type { Filter, List, ListFailure, Message } from "../../platforms/messages.ts";
import { HeldMessages, type Work } from "./held-messages.ts";
import type { ListReader } from "./ports.ts";

const MOST_PASSES = 4;

interface Listed {
  readonly kind: "listed";
  /** The ids of all messages of these lists. */
  readonly seen: ReadonlySet<string>;
  /** True if a message that is not among these was on none of the lists. */
  readonly complete: boolean;
}

/**
 * @param work gets each message of these lists once, in some calls. Of several readings of a message before the call
 *   the last one counts; a later change is for the next round.
 */
export async function readLists(
  lists: readonly List[],
  { reader, work }: { readonly reader: ListReader; readonly work: Work },
): Promise<Listed | ListFailure> {
  const seen = new Set<string>();
  const held = new HeldMessages(work);
  let complete = true;
  const take = async (page: readonly Message[]): Promise<void> => {
    const wanted = page.filter((message) => isWanted(message, reader.filter));
    for (const { id } of wanted) seen.add(id);
    await held.add(wanted);
  };
  for (const list of lists) {
    const read = await readToEnd(list, { reader, take });
    if (read.kind === "failed") {
      // A page may fail in every round: what the pages before it show is mirrored all the same.
      await held.workOff();
      return read;
    }
    complete &&= read.complete;
  }
  await held.workOff();
  return { kind: "listed", seen, complete };
}

/** Whether a message matches the filter: a platform that does not know the parameters returns other messages too. */
function isWanted({ plugin, noticeType }: Message, filter: Filter): boolean {
  const isIt = (wanted: string | undefined, shown: string | null): boolean =>
    wanted === undefined || shown === null || shown === wanted;
  return isIt(filter.plugin, plugin) && isIt(filter.notice_type, noticeType);
}

async function readToEnd(
  list: List,
  { reader, take }: { readonly reader: ListReader; readonly take: Work },
): Promise<{ readonly kind: "read"; readonly complete: boolean } | ListFailure> {
  let before: ReadonlySet<string> | null = null;
  for (let passes = 0; passes < MOST_PASSES; passes += 1) {
    const ids = new Set<string>();
    const onPage = async (page: readonly Message[]): Promise<void> => {
      for (const { id } of page) ids.add(id);
      await take(page);
    };
    const pass = await reader.read(list, { onPage });
    if (pass.end.kind === "failed") return pass.end;
    if (pass.end.kind === "whole" || (before !== null && areEqual(ids, before)))
      return { kind: "read", complete: true };
    before = ids;
  }
  return { kind: "read", complete: false };
}

function areEqual(ids: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return ids.size === others.size && [...ids].every((id) => others.has(id));
}
