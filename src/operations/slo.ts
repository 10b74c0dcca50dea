/**
 * How well each account keeps its objective, as `bida slo` shows it.
 */
import type { Caller } from "./caller.ts";
import type { OperationsContext } from "./context.ts";
import { keptObjective, type AccountObjective, type KeptObjective } from "./kept-objective.ts";
import { readStats, type StatsResult } from "./stats.ts";

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;

interface SloInput {
  readonly caller: Caller;
  /** Default: all accounts that the caller may access. */
  readonly account?: string | undefined;
  /** In ms since 1970; default thirty days ago. */
  readonly since?: number | undefined;
}

type KeptByAccount = { readonly account: string } & AccountObjective & KeptObjective;

type SloResult =
  | { readonly kind: "slo"; readonly from: string; readonly items: readonly KeptByAccount[] }
  | Exclude<StatsResult, { kind: "stats" }>;

/** @param objectives the objectives by account; accounts without one are left out */
export async function readSlo(
  { caller, account, since }: SloInput,
  {
    objectives,
    context,
  }: { readonly objectives: ReadonlyMap<string, AccountObjective>; readonly context: OperationsContext },
): Promise<SloResult> {
  const toMs = context.now();
  const fromMs = since ?? toMs - USUAL_DAYS * DAY_MS;
  const stats = await readStats({ caller, account, fromMs, toMs, bucketMs: DAY_MS }, { objectives, context });
  if (stats.kind !== "stats") return stats;
  const items = stats.accounts.flatMap((counts): KeptByAccount[] => {
    const objective = objectives.get(counts.account);
    if (objective === undefined) return [];
    const kept = keptObjective(objective, { counts, stepsMs: stats.confirmStepsMs });
    return [{ account: counts.account, ...objective, ...kept }];
  });
  return { kind: "slo", from: stats.from, items };
}
