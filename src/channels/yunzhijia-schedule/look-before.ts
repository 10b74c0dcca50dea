/**
 * Looks at a schedule before it is changed: after a lost answer, only who knows how it was can tell "not
 * arrived" from "a person has changed it since".
 *
 * One short question. Where it has no answer, the first check takes what it sees for what was before.
 */
import type { AccountAccess } from "../account-access.ts";
import { isUnauthorized } from "../yunzhijia-gateway.ts";
import { momentOfId, noonOf, shanghaiDay } from "./days.ts";
import { DETAIL_FACT } from "./details.ts";
import { DAY_FACT } from "./lists.ts";
import { shownOf, type Shown } from "./memo.ts";
import { readSchedules, type Question } from "./read-schedules.ts";
import { rowOf, rowsOf } from "./schedule-row.ts";

/** The send that follows must leave soon. */
const LOOKS_FOR_MS = 2_000;

export async function lookBefore(
  id: string,
  account: AccountAccess,
  { now, signal }: { readonly now: number; readonly signal: AbortSignal },
): Promise<Shown | null> {
  const question = await questionAbout(id, account);
  if (question === null) return null;
  const limited = AbortSignal.any([signal, AbortSignal.timeout(LOOKS_FOR_MS)]);
  const reading = await readSchedules(question, account, { now, signal: limited, isPermitted: true });
  if (reading.kind !== "data") return null;
  const row =
    question.endpoint === "detail"
      ? rowOf(reading.data)
      : (rowsOf(reading.data)?.find((listed) => listed.id === id) ?? null);
  return row === null || row.id !== id ? null : shownOf(row);
}

async function questionAbout(id: string, account: AccountAccess): Promise<Question | null> {
  const { settings } = account;
  const lookup = settings.platform === "yunzhijia" ? settings.scheduleLookup : "lists";
  const hasDetail =
    lookup === "detail" || (lookup === "auto" && (await account.recall(DETAIL_FACT)) !== "no");
  if (hasDetail) return { endpoint: "detail", json: { id }, suspectsToken: isUnauthorized };
  const madeAt = momentOfId(id);
  if (madeAt === null || (await account.recall(DAY_FACT)) === "occurring") return null;
  const json = { day: noonOf(shanghaiDay(madeAt)) };
  return { endpoint: "queryByDay", json, suspectsToken: isUnauthorized };
}
