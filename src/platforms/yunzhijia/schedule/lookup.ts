/**
 * Looks up the schedules of a round's deliveries, with as few calls as possible.
 *
 *   detail (by id) → lists by day of creation → lists by day of taking place → detail → the team's list
 *
 * Where the lists of days were by day of taking place in earlier rounds, those days are read first.
 *
 * Each step is only for schedules that the steps before have not shown. A list is read once for all deliveries
 * that need it: a thousand schedules created today cost one call.
 */
import type { AccountAccess } from "../../account-access.ts";
import { claimMatch } from "./claim-match.ts";
import { Details } from "./details.ts";
import { noteFirstDays } from "./first-days.ts";
import { Lists, type Round } from "./lists.ts";
import { markNearMatches, rememberStrangers } from "./near-matches.ts";
import { noteAlterations } from "./note-alterations.ts";
import type { LookupPlan } from "./lookup-plan.ts";
import { wantedRows } from "./wanted-rows.ts";

/** For more days than this, the same number of pages of the team's list is tried first. */
const MANY_DAYS = 3;
/** How many days a round reads when the team's list shows nothing. */
const MOST_DAYS_INSTEAD = 20;
/** How many days are read by day of taking place while the meaning of the lists is unknown. */
const DAYS_ON_TRIAL = 1;

export async function lookUp(
  plans: readonly LookupPlan[],
  { account, round }: { readonly account: AccountAccess; readonly round: Round },
): Promise<Lists> {
  const lists = await Lists.open(account, { ...round, wanted: wantedRows(plans) });
  if (lists.hint !== "created") await noteFirstDays(plans, account);
  const details = await Details.open(account, { lists, round });
  const open = async (): Promise<LookupPlan[]> => {
    await recognise(plans, { lists, account });
    return plans.filter((plan) => !isFound(plan, lists));
  };
  await details.ask(await open(), "few");
  const readings = [readCreationDays, readStartDays];
  for (const read of lists.hint === "occurring" ? readings.toReversed() : readings)
    await read(await open(), { lists, open });
  const left = (await open()).filter((plan) => mayLookFurther(plan, lists));
  await details.ask(left, "all");
  await readWholeList(left, { lists, open });
  if (lists.isTeamSpent) await readDaysInstead(await open(), lists);
  await details.conclude();
  await markNearMatches(plans, { lists, account });
  await rememberStrangers(lists, account);
  await noteAlterations(plans, { lists, account });
  return lists;
}

/** Whether the lists that were read prove that it is not there. */
export function isGone(plan: LookupPlan, lists: Lists): boolean {
  if (lists.isWholeFor(plan.request.input.openid)) return true;
  // A schedule that was named by its id existed once. What a create would have made may never have existed, so
  // an empty list alone proves nothing about it.
  if (plan.like === null && lists.isEmptied) return true;
  if (plan.trouble !== null) return false;
  const { created, occurring } = plan;
  if (lists.areEmpty) return isInEmptyDays(plan, lists);
  const wasRead = ({ days, areSure }: LookupPlan["created"]): boolean =>
    areSure && days.every((day) => lists.hasAsked(day));
  switch (lists.meaning) {
    case "created":
      return wasRead(created) && mayRelyOnDays(plan, lists);
    case "occurring":
      return wasRead(occurring) && mayRelyOnDays(plan, lists);
    case null:
      // Empty lists of days may come from a list that fails: the team's list must agree, where there is one.
      return wasRead(created) && wasRead(occurring) && (lists.hasDayRows || lists.isTeamSpent);
  }
}

/**
 * What a create made is sent again when it is gone. The lists of days may mix both meanings, or leave it out, so the
 * team's list must agree, where there is one that can be read to its end.
 */
function mayRelyOnDays({ like }: LookupPlan, lists: Lists): boolean {
  return like === null || lists.areDaysAll;
}

/** Where no list has a row, the days that could show it must all have been read, and there must be at least one. */
function isInEmptyDays({ created, occurring }: LookupPlan, lists: Lists): boolean {
  const days = {
    created: created.days,
    occurring: occurring.days,
    either: [...created.days, ...occurring.days],
  }[lists.hint ?? "either"];
  return days.length > 0 && days.every((day) => lists.hasAsked(day));
}

function isFound({ ids, lost, recognised, missing }: LookupPlan, lists: Lists): boolean {
  if (recognised.length > 0 && missing === 0) return true;
  if (lost !== null && ids.length === 0) return false;
  return ids.every((id) => lists.seen(id) !== null);
}

/** Sequential, so that each plan sees what the ones before have claimed. */
async function recognise(
  plans: readonly LookupPlan[],
  { lists, account }: { readonly lists: Lists; readonly account: AccountAccess },
): Promise<void> {
  const wanted = literalTexts(plans.filter((plan) => !isFound(plan, lists)));
  for (const plan of plans) {
    if (plan.lost === null || isFound(plan, lists)) continue;
    const found = await claimMatch(plan.lost, {
      listed: { deliveryId: plan.request.deliveryId, lists, wanted },
      account,
    });
    plan.doubt = found.kind === "undated" ? UNDATED : null;
    if (found.kind !== "recognised") continue;
    plan.recognised = found.ids;
    plan.missing = found.missing;
  }
}

const UNDATED = "one like it is listed, and nothing tells when that was created";

/** The exact texts of the creates that are still looked for. */
function literalTexts(plans: readonly LookupPlan[]): ReadonlySet<string> {
  return new Set(plans.flatMap(({ lost }) => (lost === null ? [] : [lost.content.trim()])));
}

type Open = () => Promise<readonly LookupPlan[]>;

async function readCreationDays(
  plans: readonly LookupPlan[],
  { lists }: { readonly lists: Lists },
): Promise<void> {
  if (lists.isComplete || lists.meaning === "occurring") return;
  await readDaysOf({ plans, lists }, ({ created }) => created.days);
}

async function readStartDays(
  plans: readonly LookupPlan[],
  { lists, open }: { readonly lists: Lists; readonly open: Open },
): Promise<void> {
  if (lists.meaning === "created") return;
  const startDays = ({ occurring, firstDays }: LookupPlan): readonly number[] => [
    ...occurring.days,
    ...firstDays,
  ];
  const days = new Set(plans.flatMap(startDays));
  const pagesFirst = lists.hint === null ? 1 : days.size > MANY_DAYS ? MANY_DAYS : 0;
  let left = plans;
  for (let page = 0; page < pagesFirst && left.length > 0 && (await lists.readPage()); page += 1) {
    left = await open();
  }
  // The rest of a short list is one call; the days may be many.
  if (lists.isComplete || lists.isShort) return;
  if (lists.hint === null && days.size > DAYS_ON_TRIAL) return;
  await readDaysOf({ plans: left, lists }, startDays);
}

async function readDaysOf(
  { plans, lists }: { readonly plans: readonly LookupPlan[]; readonly lists: Lists },
  daysOf: (plan: LookupPlan) => readonly number[],
): Promise<void> {
  await lists.readDays([...new Set(plans.flatMap(daysOf))]);
  for (const plan of plans) plan.trouble ??= await lists.readDays(daysOf(plan));
}

/**
 * Reads the days of both kinds, because the team's list shows nothing. Days that are left out are for another
 * round.
 */
async function readDaysInstead(plans: readonly LookupPlan[], lists: Lists): Promise<void> {
  const daysOf = ({ created, occurring, firstDays }: LookupPlan): readonly number[] => [
    ...created.days,
    ...occurring.days,
    ...firstDays,
  ];
  const days = new Set<number>();
  const few = plans.filter((plan) => {
    const more = daysOf(plan).filter((day) => !lists.hasAsked(day) && !days.has(day));
    if (days.size + more.length > MOST_DAYS_INSTEAD) return false;
    for (const day of more) days.add(day);
    return true;
  });
  await readDaysOf({ plans: few, lists }, daysOf);
}

/** Whether to look further: not where a list failed that may succeed in another round. */
function mayLookFurther(plan: LookupPlan, lists: Lists): boolean {
  return !isGone(plan, lists) && (plan.trouble === null || plan.trouble.isLasting);
}

async function readWholeList(
  plans: readonly LookupPlan[],
  { lists, open }: { readonly lists: Lists; readonly open: Open },
): Promise<void> {
  const wanted = new Set(plans);
  const isWanted = async (): Promise<boolean> => (await open()).some((plan) => wanted.has(plan));
  while ((await isWanted()) && (await lists.readPage()));
  if (lists.isComplete || lists.pageTrouble === null) return;
  for (const plan of plans) if (!isGone(plan, lists)) plan.trouble ??= lists.pageTrouble;
}
