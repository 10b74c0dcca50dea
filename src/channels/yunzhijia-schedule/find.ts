/**
 * Finds what a round's deliveries look for, with as few calls as the platform allows.
 *
 *   detail (by id) → lists by day of creation → lists by day of taking place → detail → the team's list
 *
 * Each step is only for what the ones before have not shown. A list is asked for once, and all that wait
 * for it share the answer: a thousand schedules made today cost one call.
 */
import type { AccountAccess } from "../account-access.ts";
import { claimTwin } from "./claim-twin.ts";
import { Details } from "./details.ts";
import { Lists, type Round } from "./lists.ts";
import type { Search } from "./search.ts";

/** For more days than this, as many pages of the team's list are tried before the lists of the days. */
const MANY_DAYS = 3;
/** Days that are asked by day of taking place while nobody knows whether that means anything. */
const DAYS_ON_TRIAL = 1;

export async function find(
  searches: readonly Search[],
  account: AccountAccess,
  round: Round,
): Promise<Lists> {
  const lists = await Lists.open(account, round);
  const details = await Details.open(account, lists, round);
  const open = async (): Promise<Search[]> => {
    await recognise(searches, lists, account);
    return searches.filter((search) => !isFound(search, lists));
  };
  await details.ask(await open(), "few");
  await readCreationDays(await open(), lists);
  await readStartDays(await open(), lists, open);
  const left = (await open()).filter((search) => mayLookFurther(search, lists));
  await details.ask(left, "all");
  await readWholeList(left, lists, open);
  await details.conclude();
  return lists;
}

/** Whether the lists that were read prove that it is not there. */
export function isGone(search: Search, lists: Lists): boolean {
  if (lists.isComplete) return true;
  if (search.trouble !== null) return false;
  const { created, occurring } = search;
  const wasRead = ({ days, areSure }: Search["created"]): boolean =>
    areSure && days.every((day) => lists.hasAsked(day));
  switch (lists.meaning) {
    case "created":
      return wasRead(created);
    case "occurring":
      return wasRead(occurring);
    case null:
      return wasRead(created) && wasRead(occurring);
  }
}

function isFound({ ids, twin, recognised, missing }: Search, lists: Lists): boolean {
  if (recognised.length > 0 && missing === 0) return true;
  if (twin !== null && ids.length === 0) return false;
  return ids.every((id) => lists.seen(id) !== null);
}

/** One after the other, so that each sees what the one before has claimed. */
async function recognise(searches: readonly Search[], lists: Lists, account: AccountAccess): Promise<void> {
  for (const search of searches) {
    if (search.twin === null || isFound(search, lists)) continue;
    const found = await claimTwin(search.twin, search.request.deliveryId, lists, account);
    search.isUndated = found.kind === "undated";
    if (found.kind !== "recognised") continue;
    search.recognised = found.ids;
    search.missing = found.missing;
  }
}

async function readCreationDays(searches: readonly Search[], lists: Lists): Promise<void> {
  if (lists.meaning === "occurring") return;
  await readDaysOf(searches, ({ created }) => created.days, lists);
}

async function readStartDays(
  searches: readonly Search[],
  lists: Lists,
  open: () => Promise<readonly Search[]>,
): Promise<void> {
  if (lists.meaning === "created") return;
  const startDays = ({ occurring }: Search): readonly number[] => occurring.days;
  const days = new Set(searches.flatMap(startDays));
  const pagesFirst = lists.meaning === null ? 1 : days.size > MANY_DAYS ? MANY_DAYS : 0;
  let left = searches;
  for (let page = 0; page < pagesFirst && left.length > 0 && (await lists.readPage()); page += 1) {
    left = await open();
  }
  // The rest of a short list is one call; all those days may be many.
  if (lists.isComplete || lists.isShort) return;
  if (lists.meaning === null && days.size > DAYS_ON_TRIAL) return;
  await readDaysOf(left, startDays, lists);
}

async function readDaysOf(
  searches: readonly Search[],
  daysOf: (search: Search) => readonly number[],
  lists: Lists,
): Promise<void> {
  await lists.readDays([...new Set(searches.flatMap(daysOf))]);
  for (const search of searches) search.trouble ??= await lists.readDays(daysOf(search));
}

/** A list that failed is asked again in another round; one that is too long has no other way. */
function mayLookFurther(search: Search, lists: Lists): boolean {
  return !isGone(search, lists) && (search.trouble === null || search.trouble.isTooLarge);
}

async function readWholeList(
  searches: readonly Search[],
  lists: Lists,
  open: () => Promise<readonly Search[]>,
): Promise<void> {
  const wanted = new Set(searches);
  const isWanted = async (): Promise<boolean> => (await open()).some((search) => wanted.has(search));
  while ((await isWanted()) && (await lists.readPage()));
  if (lists.isComplete || lists.pageTrouble === null) return;
  for (const search of searches) search.trouble ??= lists.pageTrouble;
}
