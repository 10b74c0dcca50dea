/**
 * Sets the fleet's gauges from the figures that were read.
 */
import type { Fleet, FleetAccount, Objectives } from "./fleet.ts";
import type { Observe } from "./metrics.ts";

const BREAKER_STATES = ["closed", "open", "held"] as const;

export function observeFleet(
  fleet: Fleet,
  { objectives, observe }: { readonly objectives: Objectives; readonly observe: Observe },
): void {
  for (const account of fleet.accounts) observeAccount(account, observe);
  observe("refusedOrders", { value: fleet.refusedOrders });
  for (const { account, operation, ratio, confirmWithinMs } of objectives.all) {
    observe("sloObjective", { value: ratio, labels: { account, operation } });
    observe("sloWithin", { value: confirmWithinMs / 1_000, labels: { account, operation } });
  }
  if (fleet.redisMemory === null) return;
  observe("redisMemory", { value: fleet.redisMemory.used });
  observe("redisMemoryMax", { value: fleet.redisMemory.most });
}

function observeAccount(read: FleetAccount, observe: Observe): void {
  const { account, counts } = read;
  for (const [status, value] of Object.entries(counts))
    observe("deliveries", { value, labels: { account, status } });
  for (const [reason, value] of Object.entries(read.reasons))
    observe("deadLetters", { value, labels: { account, reason } });
  for (const state of BREAKER_STATES)
    observe("breaker", { value: state === read.breaker ? 1 : 0, labels: { account, state } });
  for (const { scope, ageMs } of read.tokens)
    if (ageMs !== null) observe("tokenAge", { value: ageMs / 1_000, labels: { account, scope } });
  observe("backlog", {
    value: counts.queued + counts.sending + counts.retrying + counts.confirming,
    labels: { account },
  });
  observe("deadCallbacks", { value: read.deadCallbacks, labels: { account } });
  observe("failingCallbacks", { value: read.failingCallbacks, labels: { account } });
  observe("oldestAge", { value: read.oldestAgeMs / 1_000, labels: { account } });
  observe("oldestDeadAge", { value: read.oldestDeadAgeMs / 1_000, labels: { account } });
  observe("configured", { value: read.isConfigured ? 1 : 0, labels: { account } });
  observe("paused", { value: read.isPaused ? 1 : 0, labels: { account } });
}
