/**
 * Looks for what a create or a repeat may have made although it was refused. A gateway that says 401, 403 or 429, or a
 * platform that refuses in words, may do so after the store; and there is no key by which the platform would know the
 * same call again.
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

/** What is sent after it must leave soon. */
const LOOKS_FOR_MS = 2_000;

interface Sought {
  readonly input: ScheduleInput;
  readonly deliveryId: string;
  /** When the first attempt began. */
  readonly since: number;
  /** The token was renewed just now: nobody is asked for another one. */
  readonly isTokenNew: boolean;
}

type Look = { readonly kind: "listed" | "notListed" } | Trouble;

type Trouble =
  /** The credentials are refused here as well. */
  | { readonly kind: "refused" }
  /** A list gave no answer, or could not be asked in time. `retryAfterMs`: when the platform wants to be asked again. */
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
 * The likelier ones first: of the others there may be no place left to ask. Where it is known what the list of a day
 * holds, the others need not be answered; they are asked because an installation may be upgraded.
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
  /** Why what these rows lack may be there all the same. */
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
    // It may never tell; but a proxy may say so for a moment, and `RefusedAttempts` waits for some looks alone.
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
    // One that does not tell may be older than any attempt.
    (createdAt(row) ?? -Infinity) >= since - CLOCKS_APART_MS
  );
}
