/**
 * Looks for what a create or a repeat may have created although it was refused. A gateway may answer 401, 403
 * or 429, and a platform may refuse, after the schedule was stored; and there is no idempotency key by which
 * the platform would recognise a repeat.
 */
import type { AccountAccess } from "../../account-access.ts";
import { mayRefuseCredentials } from "../../refused-credentials.ts";
import { noonOf, shanghaiDay } from "./days.ts";
import type { ScheduleInput } from "./input.ts";
import { recallFact } from "./facts.ts";
import { DAY_FACT, type Round } from "./lists.ts";
import { CLOCKS_APART_MS, idKey } from "./lost-create-match.ts";
import { readSchedules, type Question } from "./read-schedules.ts";
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
  /** A list gave no answer, or could not be read in time. `retryAfterMs`: how long the platform asks to wait. */
  | { readonly kind: "untold"; readonly retryAfterMs: number | null };

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
    const alike = rows.filter((row) => isAlike(row, sought));
    const owners = alike.length === 0 ? [] : await account.claimedBy(alike.map(({ id }) => id));
    if (owners.some((owner) => owner === null || owner === sought.deliveryId)) return { kind: "listed" };
    if (index < needed) doubt ??= trouble;
    if (trouble?.kind === "refused") break;
  }
  return doubt ?? { kind: "notListed" };
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

interface DayRead {
  readonly rows: readonly ScheduleRow[];
  /** Why a schedule that is not in these rows may still be there. */
  readonly trouble: Trouble | null;
}

const REFUSED: DayRead = { rows: [], trouble: { kind: "refused" } };
const NOT_TOLD: DayRead = { rows: [], trouble: { kind: "untold", retryAfterMs: null } };

async function readDay(
  { day, suspectsToken }: Pick<Question, "suspectsToken"> & { readonly day: number },
  { account, round }: { readonly account: AccountAccess; readonly round: Round },
): Promise<DayRead> {
  const question = { endpoint: "queryByDay", json: { day: noonOf(day) }, suspectsToken } as const;
  const reading = await readSchedules(question, { account, asking: { ...round, isPermitted: true } });
  switch (reading.kind) {
    case "data": {
      const isWhole = rowsOf(reading.data) !== null && !reading.isDoubtful;
      return { rows: readableRowsOf(reading.data), trouble: isWhole ? null : NOT_TOLD.trouble };
    }
    case "trouble": {
      const { isUnauthorized = false, wasAsked, retryAfterMs } = reading.trouble;
      if (isUnauthorized) return REFUSED;
      return { rows: [], trouble: { kind: "untold", retryAfterMs: wasAsked ? retryAfterMs : null } };
    }
    case "refused":
      return reading.isUnauthorized ? REFUSED : NOT_TOLD;
    // Such a list may never be readable. But a proxy may answer so for a moment, and `RefusedAttempts` waits
    // for a few looks only.
    case "noEndpoint":
    case "tooLarge":
      return NOT_TOLD;
  }
}

function isAlike(row: ScheduleRow, { input, since }: Sought): boolean {
  const { openid, content = "", startDate = 0, endDate = 0 } = input;
  return (
    row.openid !== null &&
    idKey(row.openid) === idKey(openid) &&
    textOf(row) === canonicalText(content) &&
    isSameMoment(row.startDate, startDate) &&
    isSameMoment(row.endDate, endDate) &&
    // A row without a date may be older than any attempt.
    (createdAt(row) ?? -Infinity) >= since - CLOCKS_APART_MS
  );
}
