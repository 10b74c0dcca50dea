/**
 * Looks for what a create or a repeat may have created although it was refused. A gateway may answer 401, 403
 * or 429, and a platform may refuse, after the schedule was stored; and there is no idempotency key by which
 * the platform would recognise a repeat.
 */
import type { AccountAccess } from "../../account-access.ts";
import { mayRefuseCredentials } from "../../refused-credentials.ts";
import { noonOf, shanghaiDay } from "./days.ts";
import type { ScheduleInput } from "./input.ts";
import { recallFact, rememberFact } from "./facts.ts";
import { DAY_FACT, PAGE_SIZE, type Round } from "./lists.ts";
import { CLOCKS_APART_MS } from "./lost-create-match.ts";
import { readSchedules, type Question, type Reading } from "./read-schedules.ts";
import { isSameId } from "./same-id.ts";
import { isSameMoment } from "./same-moment.ts";
import { canonicalText } from "./same-text.ts";
import { createdAt, readableRowsOf, rowsOf, textOf, type ScheduleRow } from "./schedule-row.ts";

/** The send that follows must leave soon. */
const LOOKS_FOR_MS = 2_000;

interface Sought {
  readonly input: ScheduleInput;
  readonly deliveryId: string;
  /** When the first attempt began. */
  readonly since: number;
  /** The token was renewed a moment ago: it is not renewed again. */
  readonly isTokenNew: boolean;
}

type Look = { readonly kind: "listed" | "notListed" } | Trouble;

type Trouble =
  /** The credentials are refused for this call as well. */
  | { readonly kind: "refused" }
  /**
   * A list gave no answer, or could not be read in time. `retryAfterMs`: how long the platform asks to wait.
   * `isLasting`: this installation seems to have no list that tells.
   */
  | { readonly kind: "untold"; readonly retryAfterMs: number | null; readonly isLasting: boolean };

export async function lookSince(
  sought: Sought,
  { account, round }: { readonly account: AccountAccess; readonly round: Round },
): Promise<Look> {
  const signal = AbortSignal.any([round.signal, AbortSignal.timeout(LOOKS_FOR_MS)]);
  const suspectsToken = sought.isTokenNew ? () => false : mayRefuseCredentials;
  const { days, needed } = await daysFor(sought, { account, round });
  let doubt: Trouble | null = null;
  for (const [index, day] of days.entries()) {
    const { rows, trouble } = await readDay(
      { day, suspectsToken },
      { account, round: { ...round, signal } },
    ).catch((error: unknown) => {
      if (signal.aborted && !round.signal.aborted) return NOT_TOLD;
      throw error;
    });
    if (await isListed(rows, { sought, account })) return { kind: "listed" };
    if (index < needed) doubt = worse(doubt, trouble);
    if (trouble?.kind === "refused") break;
  }
  if (doubt?.kind === "untold" && doubt.isLasting)
    return await lookInTeam(sought, {
      asked: { account, round: { ...round, signal }, suspectsToken },
      doubt,
    }).catch((error: unknown) => {
      if (signal.aborted && !round.signal.aborted) return PASSING;
      throw error;
    });
  return doubt ?? { kind: "notListed" };
}

/** What may be told later is waited for, whatever the other lists said. */
function worse(one: Trouble | null, other: Trouble | null): Trouble | null {
  const isLasting = one?.kind === "untold" && one.isLasting;
  return one === null || (isLasting && other !== null) ? other : one;
}

/** The team's list is read no further than this before a send. */
const MOST_PAGES = 5;

/** Where the lists of days tell nothing. The team's whole list tells, if it has rows. */
async function lookInTeam(
  sought: Sought,
  {
    asked: { account, round, suspectsToken },
    doubt,
  }: {
    readonly asked: Pick<Question, "suspectsToken"> & {
      readonly account: AccountAccess;
      readonly round: Round;
    };
    readonly doubt: Trouble;
  },
): Promise<Look> {
  let [lastId, count] = ["", 0];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const question = { endpoint: "teamWorks", json: { lastId, size: PAGE_SIZE }, suspectsToken } as const;
    const read = rowsIn(await readSchedules(question, { account, asking: { ...round, isPermitted: true } }));
    if (await isListed(read.rows, { sought, account })) return { kind: "listed" };
    if (read.trouble !== null) return worse(doubt, read.trouble) ?? doubt;
    const last = read.rows.at(-1);
    const isEnd = last === undefined || (read.rows.length === 1 && last.id === lastId);
    // An account that may not see it is answered with an empty one.
    if (isEnd) return count > 0 ? { kind: "notListed" } : doubt;
    if (last.id === lastId) return doubt;
    [lastId, count] = [last.id, count + read.rows.length];
  }
  return doubt;
}

async function isListed(
  rows: readonly ScheduleRow[],
  { sought, account }: { readonly sought: Sought; readonly account: AccountAccess },
): Promise<boolean> {
  const alike = rows.filter((row) => isAlike(row, sought));
  const owners = alike.length === 0 ? [] : await account.claimedBy(alike.map(({ id }) => id));
  return owners.some((owner) => owner === null || owner === sought.deliveryId);
}

/** No list of this installation tells: several looks were made for one refused create, and none was answered. */
const WITHOUT_LISTS = "withoutLists";

export async function isWithoutLists(account: AccountAccess, now: number): Promise<boolean> {
  return (await recallFact(account, { name: WITHOUT_LISTS, now })) !== null;
}

export async function noteWithoutLists(account: AccountAccess, now: number): Promise<void> {
  const known = await recallFact(account, { name: WITHOUT_LISTS, now });
  if (known === null || known.isOld) await rememberFact(account, { name: WITHOUT_LISTS, value: "yes", now });
}

/**
 * The days to read, the likelier ones first: for the others there may be no time left. Where the meaning of a
 * day's list is known, the other days need no answer; they are read because an installation may be upgraded.
 */
async function daysFor(
  { input: { startDate }, since }: Sought,
  { account, round: { now } }: { readonly account: AccountAccess; readonly round: Round },
): Promise<{ readonly days: readonly number[]; readonly needed: number }> {
  const created = [...new Set([shanghaiDay(since), shanghaiDay(now)])];
  const occurring = [shanghaiDay(startDate ?? now)];
  const hint = (await recallFact(account, { name: DAY_FACT, now }))?.value;
  const likely = hint === "occurring" ? occurring : created;
  const days = [...new Set([...likely, ...created, ...occurring])];
  return { days, needed: hint === "created" || hint === "occurring" ? likely.length : days.length };
}

interface ListRead {
  readonly rows: readonly ScheduleRow[];
  /** Why a schedule that is not in these rows may still be there. */
  readonly trouble: Trouble | null;
}

const REFUSED: ListRead = { rows: [], trouble: { kind: "refused" } };
const PASSING: Extract<Trouble, { kind: "untold" }> = {
  kind: "untold",
  retryAfterMs: null,
  isLasting: false,
};
const LASTING: Trouble = { ...PASSING, isLasting: true };
const NOT_TOLD: ListRead = { rows: [], trouble: PASSING };

async function readDay(
  { day, suspectsToken }: Pick<Question, "suspectsToken"> & { readonly day: number },
  { account, round }: { readonly account: AccountAccess; readonly round: Round },
): Promise<ListRead> {
  const question = { endpoint: "queryByDay", json: { day: noonOf(day) }, suspectsToken } as const;
  return rowsIn(await readSchedules(question, { account, asking: { ...round, isPermitted: true } }));
}

function rowsIn(reading: Reading): ListRead {
  switch (reading.kind) {
    case "data": {
      const isWhole = rowsOf(reading.data) !== null && !reading.isDoubtful;
      return { rows: readableRowsOf(reading.data), trouble: isWhole ? null : PASSING };
    }
    case "trouble": {
      const { isUnauthorized = false, isRefused = false, wasAsked, retryAfterMs } = reading.trouble;
      if (isUnauthorized) return REFUSED;
      if (isRefused) return { rows: [], trouble: LASTING };
      return { rows: [], trouble: { ...PASSING, retryAfterMs: wasAsked ? retryAfterMs : null } };
    }
    case "refused":
      if (reading.isUnauthorized) return REFUSED;
      return { rows: [], trouble: reading.isPassing ? PASSING : LASTING };
    // Such a list may never be readable. But a proxy may answer so for a moment, and `RefusedAttempts` waits
    // for a few looks only.
    case "noEndpoint":
    case "tooLarge":
      return { rows: [], trouble: LASTING };
  }
}

function isAlike(row: ScheduleRow, { input, since }: Sought): boolean {
  const { openid, content = "", startDate = 0, endDate = 0 } = input;
  return (
    isSameId(row.openid, openid) &&
    textOf(row) === canonicalText(content) &&
    isSameMoment(row.startDate, startDate) &&
    isSameMoment(row.endDate, endDate) &&
    // A row without a date may be older than any attempt.
    (createdAt(row) ?? -Infinity) >= since - CLOCKS_APART_MS
  );
}
