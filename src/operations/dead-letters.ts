/**
 * Lists dead letters, the latest first, and says how many the lists hold.
 */
import { groupName, groupNamed, NO_CODE, OTHER_CODES, type DeadGroup } from "../delivery/dead-group.ts";
import type { Caller } from "./caller.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { asksAboutContents, fitsFilter, sayingsOf, type DeadLetterFilter } from "./dead-letter-filter.ts";
import { BAD_CURSOR, pageOf, type ListResult } from "./list.ts";
import type { ListName, StoredDelivery } from "./ports.ts";
import { indexedList, lookUp, notLookedUp } from "./look-up.ts";
import { paginateLists, type Position, type ListSource, type PageEnd } from "./paginate-lists.ts";
import { overAccounts, type OperationsAccount, type OperationsContext } from "./context.ts";

interface DeadLettersInput {
  readonly caller: Caller;
  readonly filter: DeadLetterFilter;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export async function listDeadLetters(
  input: DeadLettersInput,
  context: OperationsContext,
): Promise<ListResult> {
  const { caller, filter, limit, cursor } = input;
  return overAccounts({ caller, account: filter.account, context }, async (chosen): Promise<ListResult> => {
    const from = cursor === undefined ? { stage: 0, place: null } : decodeCursor(cursor);
    if (from === null) return BAD_CURSOR;
    const indexed = await lookUp(filter, chosen);
    if (indexed !== null)
      return pageOf(
        indexed.filter(({ stored }) => isMeant(stored, notLookedUp(filter))),
        null,
      );
    const { found, next } = await paginateDeadLetters(chosen, {
      filter,
      from,
      most: limit,
      meetsUnreadable: true,
    });
    return pageOf(found, next === null ? null : encodeCursor(next));
  });
}

/** Reads one page of the dead letters that match. */
export async function paginateDeadLetters(
  chosen: readonly OperationsAccount[],
  {
    filter,
    from,
    most,
    meetsUnreadable = false,
  }: {
    readonly filter: DeadLetterFilter;
    readonly from: Position;
    readonly most: number;
    readonly meetsUnreadable?: boolean;
  },
): Promise<PageEnd> {
  return paginateLists({
    stages: [await sourcesOf(chosen, filter)],
    range: rangeOf(filter),
    from,
    fits: (stored) => isMeant(stored, filter),
    sayings: sayingsOf(filter),
    most,
    meetsUnreadable: meetsUnreadable && !asksAboutContents(filter),
  });
}

/**
 * Counts the dead letters on the lists that a filter chooses. Where only the records can decide a part of the
 * filter, this is an upper bound.
 */
export async function countDeadLetters(
  chosen: readonly OperationsAccount[],
  filter: DeadLetterFilter,
): Promise<{ readonly total: number; readonly isExact: boolean }> {
  const sources = await sourcesOf(chosen, filter);
  const counts = await Promise.all(
    sources.map(({ account, list }) => account.lists.count(list, rangeOf(filter))),
  );
  const isExact = sources.every(({ list }) => saysAll(list, filter));
  return { total: counts.reduce((sum, count) => sum + count, 0), isExact };
}

/** Whether everything on this list matches. */
function saysAll(list: ListName, { operation, code, ...filter }: DeadLetterFilter): boolean {
  if (asksAboutContents(filter)) return false;
  if (operation === undefined && code === undefined) return true;
  const group = list.startsWith("group:") ? groupNamed(list.slice("group:".length)) : null;
  return group !== null && (code === undefined || group.code === code);
}

/** Merging more groups than this costs more than reading their dead letters. */
const MOST_MERGED = 20;

/** The shortest lists that contain everything that matches. */
async function sourcesOf(
  chosen: readonly OperationsAccount[],
  filter: DeadLetterFilter,
): Promise<readonly ListSource[]> {
  const { reason } = filter;
  const list: ListName = indexedList(filter) ?? (reason === undefined ? "status:dead" : `reason:${reason}`);
  const asked = filter.operation !== undefined || filter.code !== undefined;
  if (!asked || indexedList(filter) !== null) return chosen.map((account) => ({ account, list }));
  const each = chosen.map(async (account): Promise<ListSource[]> => {
    const groups = (await account.counters.groups({ since: null, until: null })).filter((group) =>
      mayBeInGroup(group, filter),
    );
    if (groups.length > MOST_MERGED && filter.code !== OTHER_CODES) return [{ account, list }];
    return groups.map((group) => ({ account, list: `group:${groupName(group)}` }));
  });
  return (await Promise.all(each)).flat();
}

/** Whether a matching dead letter may be in this group. */
export function mayBeInGroup(group: DeadGroup, { operation, reason, code }: DeadLetterFilter): boolean {
  if (operation !== undefined && group.operation !== operation) return false;
  if (reason !== undefined && group.reason !== reason) return false;
  return code === undefined || (group.code ?? NO_CODE) === code || group.code === OTHER_CODES;
}

/** The range of the list. A list by name is sorted by acknowledgement, so there the end is compared in the record. */
function rangeOf(filter: DeadLetterFilter): { since: number | null; until: number | null } {
  if (indexedList(filter) !== null) return { since: null, until: null };
  return { since: filter.since ?? null, until: filter.until ?? null };
}

/** Compares everything, even what the lists have selected, because the record may have changed since. */
function isMeant(stored: StoredDelivery, filter: DeadLetterFilter): boolean {
  const { status, reason, finishedAt = 0 } = stored.delivery.state;
  const { since = 0, until = Number.POSITIVE_INFINITY } = filter;
  if (status !== "dead" || finishedAt < since || finishedAt > until) return false;
  return (filter.reason === undefined || reason === filter.reason) && fitsFilter(stored, filter);
}
