/**
 * Notes how the platform shows accepted creates that nobody else has touched: `doctor` tells the kinds of
 * alteration that were seen on several of them.
 */
import type { AccountAccess } from "../../account-access.ts";
import type { Lists } from "./lists.ts";
import type { LookupPlan } from "./lookup-plan.ts";
import { isSameMoment } from "./same-moment.ts";
import { alterationOf, type Alteration } from "./same-text.ts";
import type { ScheduleRow } from "./schedule-row.ts";

export const ALTERATIONS_FACT = "scheduleAlterations";
/** A person may have changed one; what was seen this often is the platform's doing. */
const ENOUGH = 3;

export async function noteAlterations(
  plans: readonly LookupPlan[],
  { lists, account }: { readonly lists: Lists; readonly account: AccountAccess },
): Promise<void> {
  const kinds = plans.flatMap((plan) => {
    const seen = plan.operation === "schedule.create" && plan.lost === null && lists.seen(plan.ids[0] ?? "");
    return seen ? alterationsOf(plan, seen.row) : [];
  });
  if (kinds.length === 0) return;
  const counts = readAlterations(await account.recall(ALTERATIONS_FACT));
  const isNew = kinds.some((kind) => (counts.get(kind) ?? 0) < ENOUGH);
  if (!isNew) return;
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  await account.remember(ALTERATIONS_FACT, JSON.stringify(Object.fromEntries(counts)));
}

function alterationsOf({ request: { input } }: LookupPlan, row: ScheduleRow): Alteration[] {
  const { content, startDate = 0, endDate = 0 } = input;
  const text = row.content === null ? null : alterationOf(row.content, content ?? "");
  const isCut = (shown: number | null, sent: number): boolean => shown !== sent && isSameMoment(shown, sent);
  const lostMs = isCut(row.startDate, startDate) || isCut(row.endDate, endDate);
  return [
    ...(text === null || text === "other text" ? [] : [text]),
    ...(lostMs ? (["seconds without milliseconds"] as const) : []),
  ];
}

function readAlterations(text: string | null): Map<string, number> {
  try {
    const counts: unknown = JSON.parse(text ?? "{}");
    if (typeof counts !== "object" || counts === null) return new Map();
    return new Map(Object.entries(counts).filter(([, count]) => typeof count === "number"));
  } catch {
    // Not written by us: nothing is known.
    return new Map();
  }
}

/** The kinds that were seen often enough to be the platform's doing. */
export function usualAlterations(fact: string | null): string[] {
  return [...readAlterations(fact)].filter(([, count]) => count >= ENOUGH).map(([kind]) => kind);
}
