/**
 * Cancels a delivery, as long as nothing has been sent.
 */
import { cancel } from "../delivery/cancel.ts";
import { writeAct } from "./audit.ts";
import type { Caller } from "./caller.ts";
import { deliveryView, type DeliveryView } from "./delivery-view.ts";
import { findDelivery, type NoDelivery } from "./find-delivery.ts";
import { type OperationsContext, type Unavailable, wakePromoted, whenReachable } from "./context.ts";

interface CancelInput {
  readonly id: string;
  readonly caller: Caller;
  readonly note: string | null;
}

type CancelResult =
  | { readonly kind: "cancelled"; readonly delivery: DeliveryView }
  /** Something was sent, or is being sent now, or the delivery has ended. */
  | { readonly kind: "tooLate"; readonly status: string }
  | NoDelivery
  | Unavailable;

/** A worker may move the delivery on between our reading and our writing; then it is read again. */
const TRIES = 5;

export async function cancelDelivery(input: CancelInput, context: OperationsContext): Promise<CancelResult> {
  return whenReachable({ context }, async (): Promise<CancelResult> => {
    const { id, caller, note } = input;
    for (let tries = 0; ; tries += 1) {
      const found = await findDelivery(id, { caller, context });
      if (found.kind !== "found") return found;
      const { account, stored } = found;
      const { delivery, isBeingSent } = stored;
      const now = context.now();
      const cancelling = cancel(delivery.state, { actor: { by: caller.name, note }, now });
      const { status } = delivery.state;
      if (isBeingSent || cancelling.kind === "tooLate" || tries === TRIES)
        return { kind: "tooLate", status: isBeingSent ? "sending" : status };
      // The audit entry is written before the act, and only once for all tries.
      if (tries === 0)
        await writeAct({ caller, at: now, act: "cancel", account: account.name, id, note }, context);
      const change = await account.changes.save(delivery, cancelling.decision);
      if (change.kind === "gone") return { kind: "notFound" };
      if (change.kind !== "saved") continue;
      await wakePromoted(change, { account, context });
      const cancelled = { ...delivery, state: cancelling.decision.state };
      return { kind: "cancelled", delivery: deliveryView(cancelled) };
    }
  });
}
