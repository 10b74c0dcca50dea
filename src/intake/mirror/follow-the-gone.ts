/**
 * Follows messages that have left the mirrored lists: looks where the platform still shows them, and never
 * takes an absence for an answer.
 *
 * A message that is on no short list is read and handled, or was deleted. Only the list of read messages shows
 * which, and that list keeps growing. It is read only as far as the messages that are looked for, and less and
 * less often for one that is never found.
 */
import type { List, ListFailure } from "../../platforms/messages.ts";
import { isOpen, isToBeSought } from "./follow.ts";
import { HeldMessages } from "./held-messages.ts";
import { mirrorMessages, type MirrorRound } from "./mirror-messages.ts";
import { NOTHING_KNOWN, type Facts, type ListReader, type Remembered } from "./ports.ts";
import { readLists } from "./read-to-end.ts";

/** Lists that a message leaves when nothing is left to do about it. */
const SHORT_LISTS: readonly List[] = ["unread", "waitHandle"];

type Memory = ReadonlyMap<string, Remembered>;

/** @param gone the memory of messages that were on none of the mirrored lists */
export async function followTheGone(
  gone: Memory,
  { reader, round }: { readonly reader: ListReader; readonly round: MirrorRound },
): Promise<ListFailure | null> {
  const open = new Map([...gone].filter(([, known]) => isOpen(known)));
  if (open.size === 0) return null;
  const elsewhere = await lookElsewhere(open, { reader, round });
  if (elsewhere.kind === "failed") return elsewhere;
  const { missing } = elsewhere;
  const sought = new Map([...missing].filter(([, known]) => isToBeSought(known, reader.now)));
  return sought.size === 0 ? null : seekAmongRead(sought, { reader, round });
}

/** Reads the other short list too, where the mirror reads only one. */
async function lookElsewhere(
  open: Memory,
  { reader, round }: { readonly reader: ListReader; readonly round: MirrorRound },
): Promise<{ kind: "looked"; missing: Memory } | ListFailure> {
  const others = SHORT_LISTS.filter((list) => !round.mirror.lists.includes(list));
  const listed = await readLists(others, {
    reader,
    work: async (messages) => {
      const found = messages.filter(({ id }) => open.has(id));
      await mirrorMessages(found, { memory: open, round });
    },
  });
  if (listed.kind === "failed") return listed;
  return { kind: "looked", missing: new Map([...open].filter(([id]) => !listed.seen.has(id))) };
}

async function seekAmongRead(
  sought: Memory,
  { reader, round }: { readonly reader: ListReader; readonly round: MirrorRound },
): Promise<ListFailure | null> {
  const unseen = new Set(sought.keys());
  const learned = new Map<string, Facts>();
  const held = new HeldMessages(async (found) => {
    for (const [id, facts] of await mirrorMessages(found, { memory: sought, round })) learned.set(id, facts);
  });
  const pass = await reader.read("read", {
    onPage: (page) => held.add(page.filter(({ id }) => sought.has(id))),
    isEnough: (page) => {
      for (const { id } of page) unseen.delete(id);
      return unseen.size === 0;
    },
  });
  await held.workOff();
  if (pass.end.kind === "failed") return pass.end;
  await round.mirror.memory.note(stillOpen(sought, { learned, now: reader.now }));
  return null;
}

/** Messages that were not found, or from whose state more can follow: they are looked for again later. */
function stillOpen(
  sought: Memory,
  { learned, now }: { readonly learned: ReadonlyMap<string, Facts>; readonly now: number },
): Map<string, Facts> {
  const facts = new Map<string, Facts>();
  for (const [id, known] of sought) {
    const after = { ...NOTHING_KNOWN, ...known, ...learned.get(id) };
    if (isOpen(after)) facts.set(id, { goneAt: known.goneAt ?? now, soughtAt: now });
  }
  return facts;
}
