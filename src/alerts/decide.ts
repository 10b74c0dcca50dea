/**
 * Decides whom to tell what: each condition once when it begins, again after a while if it lasts, and once when
 * it is over. A group of dead letters that grows is told again only when it has grown tenfold.
 *
 * Pure: the state is stored by whoever calls, so that all processes together tell once.
 */
import type { Condition } from "./condition.ts";

interface Known {
  readonly since: number;
  readonly toldAt: number;
  /** How many it was told of. */
  readonly count: number;
  /** It is seen no more, since then: one that comes back soon is the same. */
  readonly goneSince: number | null;
  readonly condition: Condition;
}

export type AlertState = Readonly<Record<string, Known>>;

export interface Told {
  readonly begun: readonly Condition[];
  readonly lasting: readonly Condition[];
  readonly over: readonly Condition[];
}

export interface Patience {
  /** A condition that lasts is told again after this. */
  readonly repeatMs: number;
  /** One that is gone for so long is over; a breaker that opens and closes is one condition. */
  readonly settleMs: number;
}

const GROWTH = 10;

export function decideAlerts(
  state: AlertState,
  {
    conditions,
    now,
    patience: { repeatMs, settleMs },
  }: { readonly conditions: readonly Condition[]; readonly now: number; readonly patience: Patience },
): { readonly state: AlertState; readonly told: Told } {
  const next: Record<string, Known> = {};
  const told = { begun: [] as Condition[], lasting: [] as Condition[], over: [] as Condition[] };
  for (const condition of conditions) {
    const known = state[condition.key];
    const count = countOf(condition);
    if (known === undefined) {
      told.begun.push(condition);
      next[condition.key] = { since: now, toldAt: now, count, goneSince: null, condition };
    } else if (now - known.toldAt >= repeatMs || count >= known.count * GROWTH) {
      told.lasting.push(condition);
      next[condition.key] = { ...known, toldAt: now, count, goneSince: null, condition };
    } else next[condition.key] = { ...known, goneSince: null, condition };
  }
  for (const [key, known] of Object.entries(state)) {
    if (next[key] !== undefined) continue;
    const goneSince = known.goneSince ?? now;
    if (now - goneSince >= settleMs) told.over.push(known.condition);
    else next[key] = { ...known, goneSince };
  }
  return { state: next, told };
}

/** Numbers without a count of things never grow tenfold. */
function countOf(condition: Condition): number {
  return "count" in condition ? condition.count : Number.POSITIVE_INFINITY;
}

export function isSilent({ begun, lasting, over }: Told): boolean {
  return begun.length + lasting.length + over.length === 0;
}
