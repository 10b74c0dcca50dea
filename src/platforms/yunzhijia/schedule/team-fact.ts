/**
 * Whether the team's list has had rows within the last day. Only then can an empty list mean that the team has
 * no schedules: an account without the right to see the list gets an empty one too.
 */
import type { AccountAccess } from "../../account-access.ts";
import { recallFact, rememberFact } from "./facts.ts";
import { ONE_OF_THE_TEAM } from "./operations.ts";
import { readSchedules } from "./read-schedules.ts";
import { readableRowsOf } from "./schedule-row.ts";

export const TEAM_FACT = "teamWorks";
const ROWS = "rows";

/**
 * When the list was last read before a delete, so that an account which cannot see it does not read it before
 * each one.
 */
const LOOK_FACT = "teamWorksLook";
const AGAIN_AFTER_MS = 10 * 60_000;

/** The send that follows must leave soon. */
const LOOKS_FOR_MS = 2_000;

export async function noteTeamRows(account: AccountAccess, now: number): Promise<void> {
  const known = await recallFact(account, { name: TEAM_FACT, now });
  if (known?.value === ROWS && !known.isOld) return;
  await rememberFact(account, { name: TEAM_FACT, value: ROWS, now });
}

/**
 * Reads one row before a delete, unless a row was seen lately. The delete may remove the team's only schedule,
 * and an empty list afterwards would not show whether it ever had rows.
 */
export async function lookAtTeamBefore(
  account: AccountAccess,
  { now, signal }: { readonly now: number; readonly signal: AbortSignal },
): Promise<void> {
  const known = await recallFact(account, { name: TEAM_FACT, now });
  if (known !== null && !known.isOld) return;
  const asked = await recallFact(account, { name: LOOK_FACT, now });
  if (asked !== null && now - Number(asked.value) < AGAIN_AFTER_MS) return;
  await rememberFact(account, { name: LOOK_FACT, value: String(Math.round(now)), now });
  const limited = AbortSignal.any([signal, AbortSignal.timeout(LOOKS_FOR_MS)]);
  const question = {
    endpoint: "teamWorks",
    json: ONE_OF_THE_TEAM.json,
    // The delete that follows renews the token if it must.
    suspectsToken: () => false,
  } as const;
  const asking = { now, signal: limited, isPermitted: true };
  const reading = await readSchedules(question, { account, asking }).catch((error: unknown) => {
    // The time for the look is over; the send goes on.
    if (limited.aborted && !signal.aborted) return null;
    throw error;
  });
  const rows = reading?.kind === "data" ? readableRowsOf(reading.data) : [];
  if (rows.length > 0) await noteTeamRows(account, now);
}
