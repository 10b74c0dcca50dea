/**
 * Ends a delivery whose stored record does not parse: dead `invalid`, for a person to look at.
 */
import type { AccountContext } from "./account-context.ts";

export async function endUnreadable(id: string, now: number, context: AccountContext): Promise<void> {
  const { account, deliveries, onDeadHead, wakeup, runtime } = context;
  const saving = await deliveries.endUnreadable(id, now, onDeadHead === "skip");
  if (saving.kind !== "saved") return;
  if (saving.rings) await wakeup.ring().catch(context.onRingFailed);
  runtime.emit({
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
