/**
 * Restores a discarded delivery: it is a dead letter again, and a person may replay it. It holds no lane.
 */
import { restore } from "../delivery/restore.ts";
import { writeAct } from "./audit.ts";
import type { Caller } from "./caller.ts";
import { deliveryView, type DeliveryView } from "./delivery-view.ts";
import { withDelivery, type NoDelivery } from "./find-delivery.ts";
import type { OperationsContext, Unavailable } from "./context.ts";

interface RestoreInput {
  readonly id: string;
  readonly caller: Caller;
  readonly note: string | null;
}

export type RestoreResult =
  | {
      readonly kind: "restored";
      readonly delivery: DeliveryView;
      /** How many deliveries wait in its lane: a replay joins the lane behind them. */
      readonly ahead: number;
    }
  | { readonly kind: "notDiscarded"; readonly status: string }
  | { readonly kind: "tooLate" }
  | { readonly kind: "conflict" }
  | NoDelivery
  | Unavailable;

export async function restoreDeadLetter(
  input: RestoreInput,
  context: OperationsContext,
): Promise<RestoreResult> {
  const { id, caller, note } = input;
  return withDelivery({ id, caller, context }, async ({ account, stored }): Promise<RestoreResult> => {
    const { state, request } = stored.delivery;
    const now = context.now();
    const restoring = restore(state, { actor: { by: caller.name, note }, now });
    if (restoring.kind === "notDiscarded") return { kind: "notDiscarded", status: state.status };
    if (restoring.kind === "tooLate") return restoring;
    await writeAct({ caller, at: now, act: "restore", account: account.name, id, note }, context);
    const { decision } = restoring;
    const change = await account.changes.save(stored.delivery, decision);
    if (change.kind === "gone") return { kind: "notFound" };
    if (change.kind !== "saved") return { kind: "conflict" };
    const ahead = request.lane === null ? 0 : await account.lists.laneLength(request.lane);
    return { kind: "restored", delivery: deliveryView({ ...stored.delivery, state: decision.state }), ahead };
  });
}
