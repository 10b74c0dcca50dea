/**
 * Ends a delivery whose stored record does not parse: dead `invalid`, for a person to look at.
 */
import type { AccountLine } from "./account-line.ts";

export async function condemn(id: string, now: number, line: AccountLine): Promise<void> {
  const { account, deliveries, onDeadHead, wakeup, world } = line;
  const saving = await deliveries.condemn(id, now, onDeadHead === "skip");
  if (saving.kind !== "saved") return;
  if (saving.rings) await wakeup.ring().catch(line.onRingFailed);
  world.emit({
    event: "delivery.ended",
    account: account.name,
    id,
    operation: "unreadable",
    lane: null,
    status: "dead",
    reason: "invalid",
    detail: "its stored record does not parse",
    sends: 0,
    checks: 0,
    ageMs: 0,
  });
}
