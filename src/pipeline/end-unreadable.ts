/**
 * Ends a delivery whose stored record does not parse: dead `invalid`, for a person to look at.
 *
 * When it was sent cannot be read either. So a record that may have been sent keeps holding its lane, whatever
 * the account's `onDeadHead` says: what follows could overtake it.
 */
import type { AccountContext } from "./account-context.ts";

interface Unreadable {
  readonly id: string;
  readonly now: number;
  /** True where its timeline may not name every send. */
  readonly mayHaveLeft: boolean;
}

export async function endUnreadable(
  { id, now, mayHaveLeft }: Unreadable,
  context: AccountContext,
): Promise<void> {
  const { account, deliveries, onDeadHead, wakeup, runtime } = context;
  const leavesLane = onDeadHead === "skip" && !mayHaveLeft;
  const saving = await deliveries.endUnreadable(id, { now, leavesLane });
  if (saving.kind !== "saved") return;
  if (saving.rings) await wakeup.ring().catch(context.onRingFailed);
  runtime.emit({
    event: "delivery.ended",
    account: account.name,
    id,
    operation: "unreadable",
    lane: null,
    traceparent: null,
    status: "dead",
    reason: "invalid",
    detail: "its stored record does not parse",
    sends: 0,
    checks: 0,
    ageMs: 0,
  });
}
