/**
 * Runs one round of a mirror: new messages in the lists become todos, and changes of their state become updates
 * of those todos.
 *
 * Invariants: an order is acknowledged before it is remembered, and has the same key in every round. So a round
 * may stop anywhere, be repeated, or run twice at once. Nothing is concluded from a list that could not be
 * read, nor from the absence of a message.
 */
import type { ListFailure } from "../../platforms/messages.ts";
import { farewellOf } from "./follow.ts";
import { followTheGone } from "./follow-the-gone.ts";
import { mirrorMessages, type MirrorRound } from "./mirror-messages.ts";
import type { ListReader, Mirror, Remembered } from "./ports.ts";
import { readLists } from "./read-to-end.ts";

type Memory = ReadonlyMap<string, Remembered>;

/** Returns after how many ms another round makes sense, if the platform or the account's rate says so. */
export async function runMirrorRound(mirror: Mirror, signal: AbortSignal): Promise<number | null> {
  const startedAt = performance.now();
  const now = mirror.runtime.now();
  const { from: account, filter } = mirror;
  const reader: ListReader = {
    filter,
    now,
    read: (list, options) => mirror.readPass(list, { ...options, reader: { account, filter, now, signal } }),
  };
  const memory = await mirror.memory.load();
  const round: MirrorRound = {
    mirror,
    now,
    tally: { listed: 0, created: 0, updated: 0, unmapped: 0, postponed: 0 },
  };
  const listed = await readLists(mirror.lists, {
    reader,
    work: async (messages) => void (await mirrorMessages(messages, { memory, round })),
  });
  if (listed.kind === "failed") return giveUp(listed, mirror);
  round.tally.listed = listed.seen.size;
  if (listed.complete && round.tally.postponed === 0) await mirror.memory.caughtUp(now);
  if (listed.complete) {
    const gone = new Map([...memory].filter(([id]) => !listed.seen.has(id)));
    const failure = await followTheGone(await forgetSome(gone, round), { reader, round });
    if (failure !== null) return giveUp(failure, mirror);
  }
  emitRound(round, performance.now() - startedAt);
  return null;
}

/** What was read is mirrored, and nothing is lost: the next round reads the same lists again. */
function giveUp({ detail, retryAfterMs }: ListFailure, { from, to, runtime }: Mirror): number | null {
  runtime.emit({ event: "mirror.failed", account: from.name, to, detail });
  return retryAfterMs;
}

/**
 * Drops old messages from the memory, so that it stays about as large as the lists; returns what is still
 * remembered.
 */
async function forgetSome(gone: Memory, { mirror, now }: MirrorRound): Promise<Memory> {
  const { from, to, memory, retentionMs, runtime } = mirror;
  const kept = new Map<string, Remembered>();
  const leaving: string[] = [];
  let lost = 0;
  for (const [id, known] of gone) {
    const farewell = farewellOf(known, { now, retentionMs });
    if (farewell === "keep") kept.set(id, known);
    else leaving.push(id);
    if (farewell === "lost") lost += 1;
  }
  await memory.forget(leaving);
  if (lost > 0) runtime.emit({ event: "mirror.lost", account: from.name, to, messages: lost });
  return kept;
}

function emitRound({ mirror: { from, to, runtime }, tally }: MirrorRound, durationMs: number): void {
  runtime.emit({
    event: "mirror.round",
    account: from.name,
    to,
    ...tally,
    durationMs: Math.round(durationMs),
  });
}
