/**
 * Lists dead letters, the latest first, and says how many letters the lists hold.
 */
import type { Caller } from "./caller.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { asksAboutContents, fitsFilter, type DeadLetterFilter } from "./dead-letter-filter.ts";
import { BAD_CURSOR, pageOf, type ListResult } from "./list.ts";
import type { StoredDelivery } from "./ports.ts";
import { lookUp, notLookedUp } from "./look-up.ts";
import {
  paginateLists,
  type FoundDelivery,
  type Position,
  type Source,
  type PageEnd,
} from "./paginate-lists.ts";
import { accountsFor, whenReachable, type OperationsAccount, type OperationsContext } from "./context.ts";

export interface DeadLettersInput {
  readonly caller: Caller;
  readonly filter: DeadLetterFilter;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export async function listDeadLetters(
  input: DeadLettersInput,
  context: OperationsContext,
): Promise<ListResult> {
  return whenReachable(
    context,
    async (): Promise<ListResult> => {
      const { caller, filter, limit, cursor } = input;
      const chosen = accountsFor(caller, filter.account, context);
      if (chosen === null) return { kind: "unknownAccount", account: filter.account ?? "" };
      const from = cursor === undefined ? { stage: 0, place: null } : decodeCursor(cursor);
      if (from === null) return BAD_CURSOR;
      const indexed = await lookUp(filter, chosen);
      if (indexed !== null)
        return pageOf(
          indexed.filter((met) => isMeant(met, notLookedUp(filter))),
          null,
        );
      const { found, next } = await paginateDeadLetters(chosen, filter, {
        from,
        most: limit,
        meetsUnreadable: true,
      });
      return pageOf(found, next === null ? null : encodeCursor(next));
    },
    "long",
  );
}

/** One stretch of a walk through the dead letters that fit. */
export async function paginateDeadLetters(
  chosen: readonly OperationsAccount[],
  filter: DeadLetterFilter,
  {
    from,
    most,
    meetsUnreadable = false,
  }: { readonly from: Position; readonly most: number; readonly meetsUnreadable?: boolean },
): Promise<PageEnd> {
  return paginateLists({
    stages: [sourcesOf(chosen, filter)],
    range: rangeOf(filter),
    from,
    fits: (stored) => isDeadLetter(stored) && fitsFilter(stored, filter),
    most,
    meetsUnreadable: meetsUnreadable && !asksAboutContents(filter),
  });
}

/** Letters on the lists that a filter chooses; an upper bound, the rest of the filter is not applied. */
export async function countDeadLetters(
  chosen: readonly OperationsAccount[],
  filter: DeadLetterFilter,
): Promise<number> {
  const counts = await Promise.all(
    sourcesOf(chosen, filter).map(({ account, list }) => account.lists.count(list, rangeOf(filter))),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function sourcesOf(chosen: readonly OperationsAccount[], { reason }: DeadLetterFilter): Source[] {
  return chosen.map((account) => ({
    account,
    list: reason === undefined ? "status:dead" : `reason:${reason}`,
  }));
}

function rangeOf({ since, until }: DeadLetterFilter): { since: number | null; until: number | null } {
  return { since: since ?? null, until: until ?? null };
}

/** What the lists would have chosen is chosen here. */
function isMeant({ stored }: FoundDelivery, filter: DeadLetterFilter): boolean {
  const { reason, finishedAt = 0 } = stored.delivery.state;
  const { since = 0, until = Number.POSITIVE_INFINITY } = filter;
  if (!isDeadLetter(stored) || finishedAt < since || finishedAt > until) return false;
  return (filter.reason === undefined || reason === filter.reason) && fitsFilter(stored, filter);
}

function isDeadLetter({ delivery }: StoredDelivery): boolean {
  return delivery.state.status === "dead";
}
