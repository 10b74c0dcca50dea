/**
 * Lists dead letters, the latest first, and says how many letters the lists hold.
 */
import type { Caller } from "./caller.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { asksAboutContents, fitsFilter, type LetterFilter } from "./letter-filter.ts";
import { BAD_CURSOR, pageOf, type ListResult } from "./list.ts";
import type { StoredDelivery } from "./ports.ts";
import { lookUp, notLookedUp } from "./look-up.ts";
import { walkLists, type Met, type Position, type Source, type WalkEnd } from "./walk-lists.ts";
import { desksFor, whenReachable, type AccountDesk, type OperationsWorld } from "./world.ts";

export interface DeadLettersInput {
  readonly caller: Caller;
  readonly filter: LetterFilter;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export async function listDeadLetters(input: DeadLettersInput, world: OperationsWorld): Promise<ListResult> {
  return whenReachable(
    world,
    async (): Promise<ListResult> => {
      const { caller, filter, limit, cursor } = input;
      const desks = desksFor(caller, filter.account, world);
      if (desks === null) return { kind: "unknownAccount", account: filter.account ?? "" };
      const from = cursor === undefined ? { stage: 0, place: null } : decodeCursor(cursor);
      if (from === null) return BAD_CURSOR;
      const indexed = await lookUp(filter, desks);
      if (indexed !== null)
        return pageOf(
          indexed.filter((met) => isMeant(met, notLookedUp(filter))),
          null,
        );
      const { found, next } = await walkLetters(desks, filter, { from, most: limit, meetsUnreadable: true });
      return pageOf(found, next === null ? null : encodeCursor(next));
    },
    "long",
  );
}

/** One stretch of a walk through the dead letters that fit. */
export async function walkLetters(
  desks: readonly AccountDesk[],
  filter: LetterFilter,
  {
    from,
    most,
    meetsUnreadable = false,
  }: { readonly from: Position; readonly most: number; readonly meetsUnreadable?: boolean },
): Promise<WalkEnd> {
  return walkLists({
    stages: [sourcesOf(desks, filter)],
    range: rangeOf(filter),
    from,
    fits: (stored) => isLetter(stored) && fitsFilter(stored, filter),
    most,
    meetsUnreadable: meetsUnreadable && !asksAboutContents(filter),
  });
}

/** Letters on the lists that a filter chooses; an upper bound, the rest of the filter is not applied. */
export async function countLetters(desks: readonly AccountDesk[], filter: LetterFilter): Promise<number> {
  const counts = await Promise.all(
    sourcesOf(desks, filter).map(({ desk, list }) => desk.lists.count(list, rangeOf(filter))),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function sourcesOf(desks: readonly AccountDesk[], { reason }: LetterFilter): Source[] {
  return desks.map((desk) => ({ desk, list: reason === undefined ? "status:dead" : `reason:${reason}` }));
}

function rangeOf({ since, until }: LetterFilter): { since: number | null; until: number | null } {
  return { since: since ?? null, until: until ?? null };
}

/** What the lists would have chosen is chosen here. */
function isMeant({ stored }: Met, filter: LetterFilter): boolean {
  const { reason, finishedAt = 0 } = stored.delivery.state;
  const { since = 0, until = Number.POSITIVE_INFINITY } = filter;
  if (!isLetter(stored) || finishedAt < since || finishedAt > until) return false;
  return (filter.reason === undefined || reason === filter.reason) && fitsFilter(stored, filter);
}

function isLetter({ delivery }: StoredDelivery): boolean {
  return delivery.state.status === "dead";
}
