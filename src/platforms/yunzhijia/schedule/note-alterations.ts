/**
 * Counts how the platform alters the texts and times of accepted creates that nobody has changed. `doctor`
 * names the kinds of alteration that were seen several times.
 */
import type { AccountAccess } from "../../account-access.ts";
import type { Lists } from "./lists.ts";
import type { LookupPlan } from "./lookup-plan.ts";
import { isSameMoment } from "./same-moment.ts";
import { alterationOf, type Alteration } from "./same-text.ts";
import type { ScheduleRow } from "./schedule-row.ts";

export const ALTERATIONS_FACT = "scheduleAlterations";
/** A person may have changed one schedule. An alteration that was seen this often comes from the platform. */
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
    // Written by another version: treated as nothing known.
    return new Map();
  }
}

/** The kinds of alteration that were seen often enough to come from the platform. */
export function usualAlterations(fact: string | null): string[] {
  return [...readAlterations(fact)].filter(([, count]) => count >= ENOUGH).map(([kind]) => kind);
}
