/**
 * Near matches: schedules in the lists that may be what a send with a lost answer created, altered by the
 * platform or its database. Never proof, and never absence.
 */
import type { AccountAccess } from "../../account-access.ts";
import { LATELY_MS, type Lists } from "./lists.ts";
import type { LookupPlan } from "./lookup-plan.ts";
import { isNear, type LostCreate } from "./lost-create-match.ts";
import { createdAt, type ScheduleRow } from "./schedule-row.ts";

const STRANGERS = "scheduleStrangers";
/** Longer than the time by which a near match may be older than its send. */
const REMEMBERED_MS = LATELY_MS;
const MOST_REMEMBERED = 300;
const MOST_LOOKED_AT = 2_000;
/** How many are shown to a person. */
const MOST_CANDIDATES = 10;

/**
 * Marks the creates whose absence must not be believed. The last step of a round: by then every schedule that
 * belongs to a delivery is claimed, so that similar schedules of other deliveries do not count as near matches.
 */
export async function markNearMatches(
  plans: readonly LookupPlan[],
  { lists, account }: { readonly lists: Lists; readonly account: AccountAccess },
): Promise<void> {
  let strangers: ReadonlyMap<string, number> | null = null;
  for (const plan of plans) {
    const { like, recognised } = plan;
    if (like === null || recognised.length > 0 || plan.ids.some((id) => lists.seen(id) !== null)) continue;
    const rows = new Set([
      ...lists.rowsAround(like.creator, like.startDate),
      ...lists.rowsLike(like.creator, like.text),
    ]);
    const near = [...rows].filter((row) => isNear(row, like));
    if (near.length === 0) continue;
    const owners = await account.claimedBy(near.map(({ id }) => id));
    // A schedule that a reply has named is ours, however it is shown, even if the process that got the reply
    // has died.
    const own = near.filter((_, index) => owners[index] === plan.request.deliveryId);
    const free = near.filter((_, index) => owners[index] === null);
    if (own.length + free.length === 0) continue;
    strangers ??= await recallStrangers(account);
    const known = strangers;
    const fresh = [...own, ...free.filter((row) => !wasThere(row, { lost: like, seen: known }))];
    if (fresh.length > 0) {
      plan.candidates = fresh.slice(0, MOST_CANDIDATES).map((row) => ({ id: row.id, detail: whenOf(row) }));
      plan.doubt ??= plan.lost === null ? OTHER_ID : ALTERED;
    }
  }
}

const ALTERED = "one that may be it is listed, with other text or dates than were sent";
const OTHER_ID = "one that may be it is listed, under another id than the platform's answer named";

/** Enough for a person to find the schedule, without its content. */
function whenOf(row: ScheduleRow): string {
  const at = (ms: number | null | undefined): string => (ms == null ? "unknown" : new Date(ms).toISOString());
  return `created ${at(createdAt(row))}, starts ${at(row.startDate)}`;
}

function wasThere(
  { id }: ScheduleRow,
  { lost: { sentFrom }, seen }: { readonly lost: LostCreate; readonly seen: ReadonlyMap<string, number> },
): boolean {
  const at = seen.get(id);
  return at !== undefined && sentFrom !== null && at < sentFrom;
}

/** Remembers the unclaimed schedules that are there now: they cannot be what is sent after this. */
export async function rememberStrangers(lists: Lists, account: AccountAccess): Promise<void> {
  const now = lists.now();
  const recent = lists.createdSince(now - REMEMBERED_MS);
  if (recent.length === 0 || recent.length > MOST_LOOKED_AT) return;
  const owners = await account.claimedBy(recent.map(({ id }) => id));
  const free = recent.filter((_, index) => owners[index] === null);
  if (free.length === 0) return;
  const known = await recallStrangers(account);
  const added = free.filter(({ id }) => !known.has(id)).map(({ id }): [string, number] => [id, now]);
  if (added.length === 0) return;
  const kept = [...known].filter(([, at]) => at > now - REMEMBERED_MS);
  await account.remember(STRANGERS, JSON.stringify([...kept, ...added].slice(-MOST_REMEMBERED)));
}

async function recallStrangers(account: AccountAccess): Promise<ReadonlyMap<string, number>> {
  try {
    const stored: unknown = JSON.parse((await account.recall(STRANGERS)) ?? "[]");
    return new Map(Array.isArray(stored) ? stored.filter(isStranger) : []);
  } catch {
    // Written by another version: treated as nothing remembered.
    return new Map();
  }
}

function isStranger(entry: unknown): entry is [string, number] {
  return Array.isArray(entry) && typeof entry[0] === "string" && typeof entry[1] === "number";
}
