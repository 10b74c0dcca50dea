/**
 * Runs bulk actions round by round: each round walks on through the letters, acts on at most a second's
 * worth of them, and says when the next one is due. A process that dies leaves its round to another one;
 * acting twice on a letter does nothing, because after the first time it is not dead any more.
 */
import type { ActionLease, BulkAction } from "./bulk-action.ts";
import type { Caller } from "./caller.ts";
import { paginateDeadLetters } from "./dead-letters.ts";
import { discardOne } from "./discard.ts";
import { asItIs, replayOne } from "./replay.ts";
import { MOST_LOOKED, type FoundDelivery } from "./paginate-lists.ts";
import { accountsFor, type OperationsContext } from "./context.ts";

/** A round takes seconds; one that takes longer is given to somebody else. */
export const ACTION_LEASE_MS = 30_000;
const AT_ONCE = 25;

export async function runRound({ leased }: ActionLease, context: OperationsContext): Promise<void> {
  if (leased === null) return;
  const { action, version } = leased;
  const startedAt = context.now();
  const { action: after, acted } = await advance(action, context);
  const nextAt = startedAt + (acted / action.ratePerSecond) * 1_000;
  const saved = await context.actions.save(after, version, after.status === "running" ? nextAt : null);
  if (!saved) await keepCounts(after, context);
}

interface Advanced {
  readonly action: BulkAction;
  readonly acted: number;
}

async function advance(action: BulkAction, context: OperationsContext): Promise<Advanced> {
  const caller: Caller = { name: action.by, role: "operator", accounts: null };
  const chosen = accountsFor(caller, action.filter.account, context) ?? [];
  const most = action.dryRun ? MOST_LOOKED : Math.min(MOST_LOOKED, Math.ceil(action.ratePerSecond));
  const from = { stage: 0, place: action.after };
  const { found, looked, next } = await paginateDeadLetters(chosen, action.filter, { from, most });
  const fates = action.dryRun ? [] : await actOnAll(found, action, caller, context);
  const count = (fate: Fate): number => fates.filter((one) => one === fate).length;
  const walked: BulkAction = {
    ...action,
    after: next?.place ?? null,
    looked: action.looked + looked,
    matched: action.matched + found.length,
    done: action.done + count("done"),
    skipped: action.skipped + count("skipped"),
    failed: action.failed + count("failed"),
  };
  if (next !== null) return { action: walked, acted: fates.length };
  return { action: { ...walked, status: "done", finishedAt: context.now() }, acted: fates.length };
}

type Fate = "done" | "skipped" | "failed";

async function actOnAll(
  found: readonly FoundDelivery[],
  action: BulkAction,
  caller: Caller,
  context: OperationsContext,
): Promise<Fate[]> {
  const fates: Fate[] = [];
  for (let at = 0; at < found.length; at += AT_ONCE) {
    const some = found.slice(at, at + AT_ONCE);
    fates.push(...(await Promise.all(some.map((letter) => actOn(letter, action, caller, context)))));
  }
  return fates;
}

async function actOn(
  { account, stored }: FoundDelivery,
  { kind, note }: BulkAction,
  caller: Caller,
  context: OperationsContext,
): Promise<Fate> {
  switch (kind) {
    case "replay": {
      const { payload } = await account.lists.payloads(stored.delivery.request.id);
      if (asItIs(stored.delivery, payload, account).kind === "invalid") return "failed";
      const { kind } = await replayOne(stored.delivery, { caller, note, edit: null }, account, context);
      return kind === "replayed" ? "done" : "skipped";
    }
    case "discard": {
      const { kind } = await discardOne(stored.delivery, { caller, note }, account, context);
      return kind === "discarded" ? "done" : "skipped";
    }
  }
}

/** It was cancelled while this round ran: what the round did is counted all the same. */
async function keepCounts(after: BulkAction, { actions }: OperationsContext): Promise<void> {
  const current = await actions.get(after.id);
  if (current?.action.status !== "cancelled") return;
  const { looked, matched, done, skipped, failed } = after;
  const counted = { ...current.action, looked, matched, done, skipped, failed };
  await actions.save(counted, current.version, null);
}
