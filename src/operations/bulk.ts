/**
 * Starts, shows and cancels bulk actions on dead letters. They run in the background at a limited rate, so that
 * a platform that works again is not flooded.
 */
import type { FieldEdit } from "../delivery/edit-field.ts";
import { isoMoment } from "./moment.ts";
import { randomUUID } from "node:crypto";
import type { BulkAction, FailedItem } from "./bulk-action.ts";
import { writeAct } from "./audit.ts";
import { mayAccess, type Caller } from "./caller.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { countDeadLetters, paginateDeadLetters } from "./dead-letters.ts";
import { sampleOf, type EditSample } from "./edit-many.ts";
import type { FieldError } from "./field-errors.ts";
import { BAD_CURSOR } from "./list.ts";
import { indexedList } from "./look-up.ts";
import type { ListSource } from "./paginate-lists.ts";
import type { DeadLetterFilter } from "./dead-letter-filter.ts";
import {
  accountsFor,
  type OperationsAccount,
  whenReachable,
  type OperationsContext,
  type Unavailable,
  type UnknownAccount,
} from "./context.ts";

export const DEFAULT_RATE_PER_SECOND = 100;
/** For `verify`, where each item is a call to the platform. */
export const DEFAULT_QUESTIONS_PER_SECOND = 5;

interface StartInput {
  readonly caller: Caller;
  readonly kind: BulkAction["kind"];
  readonly filter: DeadLetterFilter;
  readonly dryRun: boolean;
  readonly ratePerSecond: number;
  readonly note: string | null;
  /** Only for the kind `edit`. */
  readonly edit?: FieldEdit;
}

export type StartResult =
  /** `sample`: for an `edit`, its effect on the first few items. */
  | { readonly kind: "started"; readonly action: ActionView; readonly sample: readonly EditSample[] }
  | UnknownAccount
  | Unavailable;

export async function startAction(input: StartInput, context: OperationsContext): Promise<StartResult> {
  return whenReachable({ context }, async (): Promise<StartResult> => {
    const { caller, kind, filter, dryRun, ratePerSecond, note, edit = null } = input;
    const chosen = accountsFor(caller, { named: filter.account, context });
    if (chosen === null) return { kind: "unknownAccount", account: filter.account ?? "" };
    const startedAt = context.now();
    const bounded = { ...filter, until: Math.min(filter.until ?? startedAt, startedAt) };
    const { total, isExact } =
      kind === "forget" ? await countToForget(chosen, bounded) : await countDeadLetters(chosen, bounded);
    const sample = edit === null ? [] : await firstOf(chosen, { filter: bounded, edit, context });
    const order = { kind, dryRun, filter: bounded, edit, note, ratePerSecond, repeats: null };
    const action = begun(order, { caller, action: { startedAt, total } });
    const act = `${kind}${edit === null ? "" : ` ${edit.pointer}`} in bulk${dryRun ? ", dry run" : ""}`;
    await begin(action, { act, isExact, caller, context });
    return { kind: "started", action: actionView(action), sample };
  });
}

const MOST_SHOWN = 5;

async function firstOf(
  chosen: readonly OperationsAccount[],
  {
    filter,
    edit,
    context,
  }: { readonly filter: DeadLetterFilter; readonly edit: FieldEdit; readonly context: OperationsContext },
): Promise<readonly EditSample[]> {
  const from = { stage: 0, place: null };
  const { found } = await paginateDeadLetters(chosen, { filter, from, most: MOST_SHOWN });
  return sampleOf(found, { edit, context });
}

type Order = Pick<BulkAction, "kind" | "dryRun" | "filter" | "edit" | "note" | "ratePerSecond" | "repeats">;

function begun(
  order: Order,
  {
    caller,
    action: { startedAt, total },
  }: { readonly caller: Caller; readonly action: Pick<BulkAction, "startedAt" | "total"> },
): BulkAction {
  return {
    ...order,
    id: `a${randomUUID()}`,
    status: "running",
    accounts: caller.accounts,
    by: caller.name,
    startedAt,
    finishedAt: null,
    after: null,
    total,
    looked: 0,
    matched: 0,
    done: 0,
    skipped: 0,
    failed: 0,
  };
}

/**
 * Writes the audit entry, then begins the action. The entry says how many are meant only where the lists alone
 * show this.
 */
async function begin(
  action: BulkAction,
  {
    act,
    isExact,
    caller,
    context,
  }: {
    readonly act: string;
    readonly isExact: boolean;
    readonly caller: Caller;
    readonly context: OperationsContext;
  },
): Promise<void> {
  const { startedAt: at, id, note, filter, total } = action;
  const count = isExact ? total : null;
  await writeAct({ caller, at, act, account: filter.account ?? null, id, note, count }, context);
  await context.actions.add(action);
}

/** The lists of one recipient's deliveries, dead or not. */
export function sourcesToForget(
  chosen: readonly OperationsAccount[],
  { recipient }: DeadLetterFilter,
): readonly ListSource[] {
  const list = indexedList({ recipient });
  return list === null ? [] : chosen.map((account) => ({ account, list }));
}

async function countToForget(
  chosen: readonly OperationsAccount[],
  filter: DeadLetterFilter,
): Promise<{ readonly total: number; readonly isExact: boolean }> {
  const range = { since: null, until: null };
  const counts = await Promise.all(
    sourcesToForget(chosen, filter).map(async ({ account, list }) => account.lists.count(list, range)),
  );
  return { total: counts.reduce((sum, count) => sum + count, 0), isExact: true };
}

export type RepeatResult =
  | Extract<StartResult, { kind: "started" }>
  /** It is still running, or nothing in it can be repeated. */
  | { readonly kind: "nothing"; readonly detail: string }
  | { readonly kind: "notFound" }
  | Unavailable;

/** Starts the same action again, for the items that failed and are still dead letters. */
export async function repeatFailed(
  { id, caller, note }: { readonly id: string; readonly caller: Caller; readonly note: string },
  context: OperationsContext,
): Promise<RepeatResult> {
  return whenReachable({ context }, async (): Promise<RepeatResult> => {
    const found = await context.actions.get(id);
    if (found === null || !mayShow(found.action, caller)) return { kind: "notFound" };
    const { kind, status, failed, filter, edit, ratePerSecond } = found.action;
    if (status === "running") return { kind: "nothing", detail: "it is still running" };
    if (failed === 0 || kind === "forget")
      return { kind: "nothing", detail: "nothing in it can be repeated" };
    const order = { kind, dryRun: false, filter, edit, note, ratePerSecond, repeats: id };
    const action = begun(order, { caller, action: { startedAt: context.now(), total: failed } });
    await begin(action, { act: `repeat the failed of a ${kind} in bulk`, isExact: true, caller, context });
    return { kind: "started", action: actionView(action), sample: [] };
  });
}

type FailedItemsResult =
  | { readonly kind: "failed"; readonly items: readonly FailedItem[]; readonly nextCursor: string | null }
  | { readonly kind: "invalid"; readonly errors: readonly FieldError[] }
  | { readonly kind: "notFound" }
  | Unavailable;

export async function listFailed(
  input: {
    readonly id: string;
    readonly caller: Caller;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
  context: OperationsContext,
): Promise<FailedItemsResult> {
  return whenReachable({ context }, async (): Promise<FailedItemsResult> => {
    const { id, caller, limit, cursor } = input;
    const found = await context.actions.get(id);
    if (found === null || !mayShow(found.action, caller)) return { kind: "notFound" };
    const from = cursor === undefined ? { stage: 0, place: null } : decodeCursor(cursor);
    if (from === null) return BAD_CURSOR;
    const at = from.place?.at ?? 0;
    const items = await context.actions.failed(id, { from: at, most: limit });
    const place = { at: at + items.length, id: "" };
    const nextCursor = items.length < limit ? null : encodeCursor({ stage: 0, place });
    return { kind: "failed", items, nextCursor };
  });
}

/** Changes the rate, from the next round on. */
export async function changeRate(
  input: {
    readonly id: string;
    readonly caller: Caller;
    readonly ratePerSecond: number;
    readonly note: string | null;
  },
  context: OperationsContext,
): Promise<CancelActionResult> {
  return whenReachable({ context }, async (): Promise<CancelActionResult> => {
    const { id, caller, ratePerSecond, note } = input;
    const found = await context.actions.get(id);
    if (found === null || !mayShow(found.action, caller)) return { kind: "notFound" };
    const { action } = found;
    if (action.status !== "running") return { kind: "ended", status: action.status };
    const act = `change the rate from ${action.ratePerSecond} to ${ratePerSecond} a second`;
    const account = action.filter.account ?? null;
    await writeAct({ caller, act: `bulk action: ${act}`, account, id, note }, context);
    await context.actions.changeRate(id, ratePerSecond);
    return { kind: "found", action: actionView({ ...action, ratePerSecond }) };
  });
}

type ShowResult =
  { readonly kind: "found"; readonly action: ActionView } | { readonly kind: "notFound" } | Unavailable;

export async function showAction(
  { id, caller }: { readonly id: string; readonly caller: Caller },
  context: OperationsContext,
): Promise<ShowResult> {
  return whenReachable({ context }, async (): Promise<ShowResult> => {
    const found = await context.actions.get(id);
    if (found === null || !mayShow(found.action, caller)) return { kind: "notFound" };
    return {
      kind: "found",
      action: actionView(found.action, await sinceOf(found.action, { caller, context })),
    };
  });
}

/** How the deliveries that it replayed have ended so far. */
interface Since {
  readonly confirmed: number;
  readonly diedAgain: number;
  /** How many have not ended. */
  readonly open: number;
}

async function sinceOf(
  { id, kind, dryRun, done, filter }: BulkAction,
  { caller, context }: { readonly caller: Caller; readonly context: OperationsContext },
): Promise<Since | null> {
  if ((kind !== "replay" && kind !== "edit") || dryRun) return null;
  const chosen = accountsFor(caller, { named: filter.account, context }) ?? [];
  const fates = await Promise.all(chosen.map(async ({ lists }) => lists.fatesOf(id)));
  const confirmed = fates.reduce((sum, fate) => sum + fate.confirmed, 0);
  const diedAgain = fates.reduce((sum, fate) => sum + fate.dead, 0);
  return { confirmed, diedAgain, open: Math.max(0, done - confirmed - diedAgain) };
}

export type CancelActionResult = ShowResult | { readonly kind: "ended"; readonly status: string };

/** Cancels an action: a round under way is finished, and no other begins. */
export async function cancelAction(
  { id, caller, note }: { readonly id: string; readonly caller: Caller; readonly note: string | null },
  context: OperationsContext,
): Promise<CancelActionResult> {
  return whenReachable({ context }, async (): Promise<CancelActionResult> => {
    for (;;) {
      const found = await context.actions.get(id);
      if (found === null || !mayShow(found.action, caller)) return { kind: "notFound" };
      const { action, version } = found;
      if (action.status !== "running") return { kind: "ended", status: action.status };
      const now = context.now();
      const cancelled: BulkAction = { ...action, status: "cancelled", finishedAt: now };
      if (!(await context.actions.save(cancelled, { version, nextAt: null }))) continue;
      const account = action.filter.account ?? null;
      const act = "cancel a bulk action";
      await writeAct({ caller, at: now, act, account, id, note }, context);
      return { kind: "found", action: actionView(cancelled) };
    }
  });
}

export function mayShow({ filter }: BulkAction, caller: Caller): boolean {
  return caller.accounts === null || (filter.account !== undefined && mayAccess(caller, filter.account));
}

export function actionView(action: BulkAction, since: Since | null = null) {
  const { after: _after, accounts: _accounts, filter, edit, startedAt, finishedAt, ...told } = action;
  const iso = (ms: number | null | undefined): string | null => isoMoment(ms ?? null);
  return {
    ...told,
    filter: {
      ...filter,
      ...(filter.since === undefined ? {} : { since: iso(filter.since) }),
      ...(filter.until === undefined ? {} : { until: iso(filter.until) }),
    },
    // Only the pointer: the values are parts of payloads, and not everybody who may see actions may see
    // payloads.
    edits: edit?.pointer ?? null,
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
    // `done` is counted after each page; a delivery that was replayed may have ended before that.
    done: Math.max(told.done, since === null ? 0 : since.confirmed + since.diedAgain),
    since,
  };
}

export type ActionView = ReturnType<typeof actionView>;
