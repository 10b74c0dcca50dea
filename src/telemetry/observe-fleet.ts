/**
 * The fleet's gauges, from what was read.
 */
import type { Fleet, FleetAccount, Objectives } from "./fleet.ts";
import type { Observe } from "./metrics.ts";

const BREAKER_STATES = ["closed", "open", "held"] as const;

export function observeFleet(fleet: Fleet, objectives: Objectives, observe: Observe): void {
  for (const account of fleet.accounts) observeAccount(account, observe);
  observe("refusedOrders", fleet.refusedOrders);
  for (const { account, operation, ratio, confirmWithinMs } of objectives.all) {
    observe("sloObjective", ratio, { account, operation });
    observe("sloWithin", confirmWithinMs / 1_000, { account, operation });
  }
  if (fleet.redisMemory === null) return;
  observe("redisMemory", fleet.redisMemory.used);
  observe("redisMemoryMax", fleet.redisMemory.most);
}

function observeAccount(read: FleetAccount, observe: Observe): void {
  const { account, counts } = read;
  for (const [status, value] of Object.entries(counts)) observe("deliveries", value, { account, status });
  for (const [reason, value] of Object.entries(read.reasons))
    observe("deadLetters", value, { account, reason });
  for (const state of BREAKER_STATES) observe("breaker", state === read.breaker ? 1 : 0, { account, state });
  for (const { scope, ageMs } of read.tokens)
    if (ageMs !== null) observe("tokenAge", ageMs / 1_000, { account, scope });
  observe("backlog", counts.queued + counts.sending + counts.retrying + counts.confirming, { account });
  observe("deadCallbacks", read.deadCallbacks, { account });
  observe("oldestAge", read.oldestAgeMs / 1_000, { account });
  observe("oldestDeadAge", read.oldestDeadAgeMs / 1_000, { account });
  observe("configured", read.isConfigured ? 1 : 0, { account });
  observe("paused", read.isPaused ? 1 : 0, { account });
}
