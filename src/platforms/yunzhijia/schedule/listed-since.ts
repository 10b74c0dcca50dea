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
import { readSchedules } from "./read-schedules.ts";
import { isSameMoment } from "./same-moment.ts";
import { canonicalText } from "./same-text.ts";
import { createdAt, readableRowsOf, textOf, type ScheduleRow } from "./schedule-row.ts";

/** What is sent after it must leave soon. */
const LOOKS_FOR_MS = 2_000;

interface Sought {
  readonly input: ScheduleInput;
  readonly deliveryId: string;
  /** When the first attempt began. */
  readonly since: number;
}

/** Null where a list gave no answer, or could not be asked in time. */
export async function isListedSince(
  sought: Sought,
  account: AccountAccess,
  round: Round,
): Promise<boolean | null> {
  const signal = AbortSignal.any([round.signal, AbortSignal.timeout(LOOKS_FOR_MS)]);
  let isListed: boolean | null = false;
  for (const day of await daysFor(sought, account, round)) {
    const rows = await rowsOfDay(day, account, { ...round, signal }).catch((error: unknown) => {
      if (signal.aborted && !round.signal.aborted) return null;
      throw error;
    });
    if (rows === null) isListed = null;
    const alike = (rows ?? []).filter((row) => isAlike(row, sought));
    const owners = alike.length === 0 ? [] : await account.claimedBy(alike.map(({ id }) => id));
    if (owners.some((owner) => owner === null || owner === sought.deliveryId)) return true;
  }
  return isListed;
}

/** The likelier one first: of the other there may be no place left to ask. */
async function daysFor(
  { input: { startDate } }: Sought,
  account: AccountAccess,
  { now }: Round,
): Promise<readonly number[]> {
  const days = [shanghaiDay(now), shanghaiDay(startDate ?? now)];
  const isByStart = (await recallFact(account, DAY_FACT, now))?.value === "occurring";
  return [...new Set(isByStart ? days.toReversed() : days)];
}

async function rowsOfDay(day: number, account: AccountAccess, round: Round): Promise<ScheduleRow[] | null> {
  const question = {
    endpoint: "queryByDay",
    json: { day: noonOf(day) },
    suspectsToken: mayRefuseCredentials,
  } as const;
  const reading = await readSchedules(question, account, { ...round, isPermitted: true });
  // Where the account is refused altogether, the create was as well, and its refusal is to be told.
  if (reading.kind === "trouble") return reading.trouble.isUnauthorized === true ? [] : null;
  return reading.kind === "data" ? readableRowsOf(reading.data) : [];
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
