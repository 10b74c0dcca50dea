/**
 * Decides which conditions to report: each once when it begins, again after a while if it lasts, and once when
 * it is over. A group of dead letters that grows is reported again when it has grown tenfold.
 *
 * Pure: the caller stores the state, so that all processes together report once.
 */
import type { Condition } from "./condition.ts";

interface Known {
  readonly since: number;
  readonly toldAt: number;
  /** The count that was reported last. */
  readonly count: number;
  /** Since when it is absent; null while it is there. If it comes back soon, it is the same condition. */
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
  /** A condition that lasts is reported again after this time. */
  readonly repeatMs: number;
  /**
   * A condition that is absent for this long is over, so a breaker that opens and closes repeatedly is one
   * condition.
   */
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
    } else if (now - known.toldAt >= repeatMs || hasGrown(known.count, count)) {
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

/** 0 for what is not counted: the age of a delivery, a breaker. */
function countOf(condition: Condition): number {
  return "count" in condition ? condition.count : 0;
}

/** What is not counted never grows. (Earlier versions stored null for it.) */
function hasGrown(told: number, count: number): boolean {
  return told > 0 && count >= told * GROWTH;
}

export function isSilent({ begun, lasting, over }: Told): boolean {
  return begun.length + lasting.length + over.length === 0;
}
