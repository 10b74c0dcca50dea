/**
 * Reads a schedule before it is changed: after a lost answer, only its former values can tell "the change has
 * not arrived" from "a person has changed it since".
 *
 * One or two short calls. Where they have no answer, the first check takes what it sees for the former values:
 * a text similar to the one that was sent then stays a near match, and a change that a person has undone by
 * then looks like one that never arrived. So the team's list is read too.
 */
import type { AccountAccess } from "../../account-access.ts";
import { mayRefuseCredentials } from "../../refused-credentials.ts";
import { momentOfId, noonOf, shanghaiDay } from "./days.ts";
import { DETAIL_FACT } from "./details.ts";
import { recallFact } from "./facts.ts";
import type { ScheduleInput } from "./input.ts";
import { DAY_FACT, PAGE_SIZE } from "./lists.ts";
import { shownOf, type Shown } from "./memo.ts";
import { readSchedules, type Question, type Reading } from "./read-schedules.ts";
import { readableRowsOf, rowOf, type ScheduleRow } from "./schedule-row.ts";

/** The send that follows must leave soon. */
const LOOKS_FOR_MS = 2_000;
const MOST_QUESTIONS = 2;

export async function lookBefore(
  { id, input }: { readonly id: string; readonly input: ScheduleInput },
  {
    account,
    now,
    signal,
  }: { readonly account: AccountAccess; readonly now: number; readonly signal: AbortSignal },
): Promise<Shown | null> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(LOOKS_FOR_MS)]);
  for (const question of await questionsAbout({ id, input }, { account, now })) {
    if (limited.aborted) return null;
    const reading = await readSchedules(question, {
      account,
      asking: { now, signal: limited, isPermitted: true },
    }).catch((error: unknown) => {
      // The time for the look is over; the send goes on.
      if (limited.aborted && !signal.aborted) return null;
      throw error;
    });
    const row = reading === null ? null : rowIn(reading, { id, endpoint: question.endpoint });
    if (row !== null) return shownOf(row, input.openid);
  }
  return null;
}

function rowIn(
  reading: Reading,
  { id, endpoint }: { readonly id: string; readonly endpoint: Question["endpoint"] },
): ScheduleRow | null {
  if (reading.kind !== "data") return null;
  const rows = endpoint === "detail" ? [rowOf(reading.data)] : readableRowsOf(reading.data);
  return rows.find((row) => row?.id === id) ?? null;
}

async function questionsAbout(
  { id, input: { startDate } }: { readonly id: string; readonly input: ScheduleInput },
  { account, now }: { readonly account: AccountAccess; readonly now: number },
): Promise<readonly Question[]> {
  const { settings } = account;
  const lookup = settings.platform === "yunzhijia" ? settings.scheduleLookup : "lists";
  const suspectsToken = mayRefuseCredentials;
  const detail: Question = { endpoint: "detail", json: { id }, suspectsToken };
  if (lookup === "detail") return [detail];
  const hasDetail =
    lookup === "auto" && (await recallFact(account, { name: DETAIL_FACT, now }))?.value !== "no";
  const meansStart = (await recallFact(account, { name: DAY_FACT, now }))?.value === "occurring";
  // A schedule that this change moves to another day is not in the list of that day yet.
  const at = meansStart ? (startDate ?? null) : momentOfId(id);
  const day: Question[] =
    at === null ? [] : [{ endpoint: "queryByDay", json: { day: noonOf(shanghaiDay(at)) }, suspectsToken }];
  const team: Question = { endpoint: "teamWorks", json: { lastId: "", size: PAGE_SIZE }, suspectsToken };
  return [...(hasDetail ? [detail] : []), ...day, team].slice(0, MOST_QUESTIONS);
}
