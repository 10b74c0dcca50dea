/**
 * The conditions that cause alerts: thresholds that are crossed, and groups of dead letters.
 */
import type { DeadReason } from "../delivery/record.ts";
import type { Fleet, FleetAccount } from "../telemetry/fleet.ts";

export interface DeadGroupCount {
  readonly account: string;
  readonly operation: string;
  readonly reason: DeadReason | null;
  /** The platform's own code. */
  readonly code: string | null;
  readonly count: number;
}

export interface AlertFigures {
  readonly fleet: Fleet;
  readonly groups: readonly DeadGroupCount[];
}

export interface Thresholds {
  readonly oldestUnconfirmedMs: number;
  /** The least number of dead letters in one group that causes an alert. */
  readonly deadLetters: number;
  /** From 0 to 1. */
  readonly redisMemory: number;
}

/** A condition. Its key stays the same while it lasts. */
export type Condition = { readonly key: string } & (
  | { readonly kind: "oldest"; readonly account: string; readonly ageMs: number }
  | { readonly kind: "breaker" | "held"; readonly account: string }
  | { readonly kind: "callbacks" | "failingCallbacks"; readonly account: string; readonly count: number }
  | ({ readonly kind: "dead" } & DeadGroupCount)
  | { readonly kind: "refusedOrders"; readonly count: number }
  | { readonly kind: "redisMemory"; readonly ratio: number }
  | { readonly kind: "lostWrites"; readonly from: number | null; readonly to: number }
);

export function conditionsIn({ fleet, groups }: AlertFigures, thresholds: Thresholds): Condition[] {
  return [
    ...groups.filter(({ count }) => count >= thresholds.deadLetters).map(ofGroup),
    ...fleet.accounts.flatMap((account) => ofAccount(account, thresholds)),
    ...ofRedis(fleet, thresholds),
    ...(fleet.refusedOrders === 0
      ? []
      : [{ key: "refusedOrders", kind: "refusedOrders", count: fleet.refusedOrders } as const]),
  ];
}

function ofGroup(group: DeadGroupCount): Condition {
  const { account, operation, reason, code } = group;
  return { key: `dead ${JSON.stringify([account, operation, reason, code])}`, kind: "dead", ...group };
}

function ofAccount(read: FleetAccount, { oldestUnconfirmedMs }: Thresholds): Condition[] {
  const { account, breaker, deadCallbacks: count, failingCallbacks: failing, oldestAgeMs: ageMs } = read;
  const conditions: Condition[] = [];
  // Not for a paused account: a person has stopped it on purpose.
  if (ageMs > oldestUnconfirmedMs && !read.isPaused)
    conditions.push({ key: `oldest ${account}`, kind: "oldest", account, ageMs });
  if (breaker === "open") conditions.push({ key: `breaker ${account}`, kind: "breaker", account });
  if (breaker === "held") conditions.push({ key: `held ${account}`, kind: "held", account });
  if (count > 0) conditions.push({ key: `callbacks ${account}`, kind: "callbacks", account, count });
  if (failing > 0)
    conditions.push({
      key: `failingCallbacks ${account}`,
      kind: "failingCallbacks",
      account,
      count: failing,
    });
  return conditions;
}

function ofRedis(fleet: Fleet, thresholds: Thresholds): Condition[] {
  return [...ofLoss(fleet), ...ofMemory(fleet, thresholds)];
}

function ofLoss({ lostWrites: lost }: Fleet): Condition[] {
  if (lost === null) return [];
  return [{ key: `lostWrites ${lost.noticedAt}`, kind: "lostWrites", from: lost.from, to: lost.to }];
}

function ofMemory({ redisMemory }: Fleet, thresholds: Thresholds): Condition[] {
  if (redisMemory === null || redisMemory.most === 0) return [];
  const ratio = redisMemory.used / redisMemory.most;
  return ratio > thresholds.redisMemory ? [{ key: "redisMemory", kind: "redisMemory", ratio }] : [];
}
