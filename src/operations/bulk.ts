/**
 * Starts, shows and cancels bulk actions over dead letters. They run in the background, at a rate, so
 * that a mended platform is not run over by everything that it once refused.
 */
import { toldMoment } from "../delivery/told-moment.ts";
import { randomUUID } from "node:crypto";
import type { BulkAction } from "./bulk-action.ts";
import { sees, type Caller } from "./caller.ts";
import { countLetters } from "./dead-letters.ts";
import type { LetterFilter } from "./letter-filter.ts";
import { desksFor, whenReachable, type OperationsWorld, type Unavailable } from "./world.ts";

export const DEFAULT_RATE_PER_SECOND = 100;

export interface StartInput {
  readonly caller: Caller;
  readonly kind: BulkAction["kind"];
  readonly filter: LetterFilter;
  readonly dryRun: boolean;
  readonly ratePerSecond: number;
  readonly note: string | null;
}

export type StartResult =
  | { readonly kind: "started"; readonly action: ActionView }
  | { readonly kind: "unknownAccount"; readonly account: string }
  | Unavailable;

export async function startAction(input: StartInput, world: OperationsWorld): Promise<StartResult> {
  return whenReachable(world, async (): Promise<StartResult> => {
    const { caller, kind, filter, dryRun, ratePerSecond, note } = input;
    const desks = desksFor(caller, filter.account, world);
    if (desks === null) return { kind: "unknownAccount", account: filter.account ?? "" };
    const startedAt = world.now();
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
      total: await countLetters(desks, bounded),
      looked: 0,
      matched: 0,
      done: 0,
      skipped: 0,
      failed: 0,
    };
    const act = `${kind} in bulk${dryRun ? ", dry run" : ""}`;
    const account = filter.account ?? null;
    await world.audit.write({ at: startedAt, by: caller.name, act, account, id: action.id, note });
    await world.actions.add(action);
    return { kind: "started", action: actionView(action) };
  });
}

export type ShowResult =
  { readonly kind: "found"; readonly action: ActionView } | { readonly kind: "notFound" } | Unavailable;

export async function showAction(
  { id, caller }: { readonly id: string; readonly caller: Caller },
  world: OperationsWorld,
): Promise<ShowResult> {
  return whenReachable(world, async (): Promise<ShowResult> => {
    const found = await world.actions.get(id);
    if (found === null || !mayShow(found.action, caller)) return { kind: "notFound" };
    return { kind: "found", action: actionView(found.action) };
  });
}

export type CancelActionResult = ShowResult | { readonly kind: "ended"; readonly status: string };

/** The round that is under way is finished; no other begins. */
export async function cancelAction(
  { id, caller, note }: { readonly id: string; readonly caller: Caller; readonly note: string | null },
  world: OperationsWorld,
): Promise<CancelActionResult> {
  return whenReachable(world, async (): Promise<CancelActionResult> => {
    for (;;) {
      const found = await world.actions.get(id);
      if (found === null || !mayShow(found.action, caller)) return { kind: "notFound" };
      const { action, version } = found;
      if (action.status !== "running") return { kind: "ended", status: action.status };
      const now = world.now();
      const cancelled: BulkAction = { ...action, status: "cancelled", finishedAt: now };
      if (!(await world.actions.save(cancelled, version, null))) continue;
      const account = action.filter.account ?? null;
      const act = "cancel a bulk action";
      await world.audit.write({ at: now, by: caller.name, act, account, id, note });
      return { kind: "found", action: actionView(cancelled) };
    }
  });
}

export function mayShow({ filter }: BulkAction, caller: Caller): boolean {
  return caller.accounts === null || (filter.account !== undefined && sees(caller, filter.account));
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
