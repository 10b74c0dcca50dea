/**
 * Runs bulk actions round by round: each round walks on through the letters, acts on at most a second's
 * worth of them, and says when the next one is due. A process that dies leaves its round to another one;
 * acting twice on a letter does nothing, because after the first time it is not dead any more.
 */
import type { ActionLease, BulkAction } from "./bulk-action.ts";
import type { Caller } from "./caller.ts";
import { walkLetters } from "./dead-letters.ts";
import { discardOne } from "./discard.ts";
import { asItIs, replayOne } from "./replay.ts";
import { MOST_LOOKED, type Met } from "./walk-lists.ts";
import { desksFor, type OperationsWorld } from "./world.ts";

/** A round takes seconds; one that takes longer is given to somebody else. */
export const ACTION_LEASE_MS = 30_000;
const AT_ONCE = 25;

export async function runRound({ leased }: ActionLease, world: OperationsWorld): Promise<void> {
  if (leased === null) return;
  const { action, version } = leased;
  const startedAt = world.now();
  const { action: after, acted } = await advance(action, world);
  const nextAt = startedAt + (acted / action.ratePerSecond) * 1_000;
  const saved = await world.actions.save(after, version, after.status === "running" ? nextAt : null);
  if (!saved) await keepCounts(after, world);
}

interface Advanced {
  readonly action: BulkAction;
  readonly acted: number;
}

async function advance(action: BulkAction, world: OperationsWorld): Promise<Advanced> {
  const caller: Caller = { name: action.by, role: "operator", accounts: null };
  const desks = desksFor(caller, action.filter.account, world) ?? [];
  const most = action.dryRun ? MOST_LOOKED : Math.min(MOST_LOOKED, Math.ceil(action.ratePerSecond));
  const from = { stage: 0, place: action.after };
  const { found, looked, next } = await walkLetters(desks, action.filter, { from, most });
  const fates = action.dryRun ? [] : await actOnAll(found, action, caller, world);
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
  return { action: { ...walked, status: "done", finishedAt: world.now() }, acted: fates.length };
}

type Fate = "done" | "skipped" | "failed";

async function actOnAll(
  found: readonly Met[],
  action: BulkAction,
  caller: Caller,
  world: OperationsWorld,
): Promise<Fate[]> {
  const fates: Fate[] = [];
  for (let at = 0; at < found.length; at += AT_ONCE) {
    const some = found.slice(at, at + AT_ONCE);
    fates.push(...(await Promise.all(some.map((letter) => actOn(letter, action, caller, world)))));
  }
  return fates;
}

async function actOn(
  { desk, stored }: Met,
  { kind, note }: BulkAction,
  caller: Caller,
  world: OperationsWorld,
): Promise<Fate> {
  switch (kind) {
    case "replay": {
      const { payload } = await desk.lists.payloads(stored.delivery.request.id);
      if (asItIs(stored.delivery, payload, desk).kind === "invalid") return "failed";
      const { kind } = await replayOne(stored.delivery, { caller, note, edit: null }, desk, world);
      return kind === "replayed" ? "done" : "skipped";
    }
    case "discard": {
      const { kind } = await discardOne(stored.delivery, { caller, note }, desk, world);
      return kind === "discarded" ? "done" : "skipped";
    }
  }
}

/** It was cancelled while this round ran: what the round did is counted all the same. */
async function keepCounts(after: BulkAction, { actions }: OperationsWorld): Promise<void> {
  const current = await actions.get(after.id);
  if (current?.action.status !== "cancelled") return;
  const { looked, matched, done, skipped, failed } = after;
  const counted = { ...current.action, looked, matched, done, skipped, failed };
  await actions.save(counted, current.version, null);
}
