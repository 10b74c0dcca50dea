/** How an account is, and which of many needs a person first. */
import type { AccountState } from "../../../src/doors/client/types.ts";
import type { Tone } from "../data/tone.ts";

type Condition = "retired" | "unconfigured" | "held" | "open" | "paused" | "running";

export function conditionOf({ configured, retired, paused, breaker }: AccountState): Condition {
  if (retired) return "retired";
  if (!configured) return "unconfigured";
  if (breaker.state === "held") return "held";
  if (breaker.state === "open") return "open";
  return paused ? "paused" : "running";
}

export const CONDITION_TONES: Readonly<Record<Condition, Tone>> = {
  retired: "calm",
  unconfigured: "bad",
  held: "bad",
  open: "bad",
  paused: "warn",
  running: "good",
};

const URGENCY: readonly Condition[] = ["held", "open", "unconfigured", "paused", "running", "retired"];

export function worstFirst(accounts: readonly AccountState[]): readonly AccountState[] {
  return accounts.toSorted(
    (one, other) =>
      URGENCY.indexOf(conditionOf(one)) - URGENCY.indexOf(conditionOf(other)) ||
      countOf(other, "dead") - countOf(one, "dead") ||
      (other.oldestAgeMs ?? 0) - (one.oldestAgeMs ?? 0) ||
      one.name.localeCompare(other.name),
  );
}

export function countOf({ counts }: AccountState, status: keyof AccountState["counts"]): number {
  return counts[status];
}

export function isUnused(accounts: readonly AccountState[]): boolean {
  return accounts.every(({ counts }) => Object.values(counts).every((count) => count === 0));
}
