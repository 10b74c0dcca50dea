/**
 * Starts, shows and cancels bulk actions over dead letters. They run in the background, at a rate, so
 * that a mended platform is not run over by everything that it once refused.
 */
import { toldMoment } from "../delivery/told-moment.ts";
import { randomUUID } from "node:crypto";
import type { BulkAction } from "./bulk-action.ts";
import { mayAccess, type Caller } from "./caller.ts";
import { countDeadLetters } from "./dead-letters.ts";
import type { DeadLetterFilter } from "./dead-letter-filter.ts";
import { accountsFor, whenReachable, type OperationsContext, type Unavailable } from "./context.ts";

export const DEFAULT_RATE_PER_SECOND = 100;

export interface StartInput {
  readonly caller: Caller;
  readonly kind: BulkAction["kind"];
  readonly filter: DeadLetterFilter;
  readonly dryRun: boolean;
  readonly ratePerSecond: number;
  readonly note: string | null;
}

export type StartResult =
  | { readonly kind: "started"; readonly action: ActionView }
  | { readonly kind: "unknownAccount"; readonly account: string }
  | Unavailable;

export async function startAction(input: StartInput, context: OperationsContext): Promise<StartResult> {
  return whenReachable(context, async (): Promise<StartResult> => {
    const { caller, kind, filter, dryRun, ratePerSecond, note } = input;
    const chosen = accountsFor(caller, filter.account, context);
    if (chosen === null) return { kind: "unknownAccount", account: filter.account ?? "" };
    const startedAt = context.now();
    const bounded = { ...filter, until: Math.min(filter.until ?? startedAt, startedAt) };
    const action: BulkAction = {
      id: `a${randomUUID()}`,
      kind,
      status: "running",
      dryRun,
      filter: bounded,
      by: caller.name,
      note,
      ratePerSecond,
      startedAt,
      finishedAt: null,
      after: null,
      total: await countDeadLetters(chosen, bounded),
      looked: 0,
      matched: 0,
      done: 0,
      skipped: 0,
      failed: 0,
    };
    const act = `${kind} in bulk${dryRun ? ", dry run" : ""}`;
    const account = filter.account ?? null;
    await context.audit.write({ at: startedAt, by: caller.name, act, account, id: action.id, note });
    await context.actions.add(action);
    return { kind: "started", action: actionView(action) };
  });
}

export type ShowResult =
  { readonly kind: "found"; readonly action: ActionView } | { readonly kind: "notFound" } | Unavailable;

export async function showAction(
  { id, caller }: { readonly id: string; readonly caller: Caller },
  context: OperationsContext,
): Promise<ShowResult> {
  return whenReachable(context, async (): Promise<ShowResult> => {
    const found = await context.actions.get(id);
    if (found === null || !mayShow(found.action, caller)) return { kind: "notFound" };
    return { kind: "found", action: actionView(found.action) };
  });
}

export type CancelActionResult = ShowResult | { readonly kind: "ended"; readonly status: string };

/** The round that is under way is finished; no other begins. */
export async function cancelAction(
  { id, caller, note }: { readonly id: string; readonly caller: Caller; readonly note: string | null },
  context: OperationsContext,
): Promise<CancelActionResult> {
  return whenReachable(context, async (): Promise<CancelActionResult> => {
    for (;;) {
      const found = await context.actions.get(id);
      if (found === null || !mayShow(found.action, caller)) return { kind: "notFound" };
      const { action, version } = found;
      if (action.status !== "running") return { kind: "ended", status: action.status };
      const now = context.now();
      const cancelled: BulkAction = { ...action, status: "cancelled", finishedAt: now };
      if (!(await context.actions.save(cancelled, version, null))) continue;
      const account = action.filter.account ?? null;
      const act = "cancel a bulk action";
      await context.audit.write({ at: now, by: caller.name, act, account, id, note });
      return { kind: "found", action: actionView(cancelled) };
    }
  });
}

export function mayShow({ filter }: BulkAction, caller: Caller): boolean {
  return caller.accounts === null || (filter.account !== undefined && mayAccess(caller, filter.account));
}

export function actionView(action: BulkAction) {
  const { after: _after, filter, startedAt, finishedAt, ...told } = action;
  const iso = (ms: number | null | undefined): string | null => toldMoment(ms ?? null);
  return {
    ...told,
    filter: {
      ...filter,
      ...(filter.since === undefined ? {} : { since: iso(filter.since) }),
      ...(filter.until === undefined ? {} : { until: iso(filter.until) }),
    },
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
  };
}

export type ActionView = ReturnType<typeof actionView>;
