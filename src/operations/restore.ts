/**
 * Restores a discarded delivery: it is a dead letter again, and a person may replay it. It holds no lane.
 */
import { restore } from "../delivery/restore.ts";
import { type Caller, whoOf } from "./caller.ts";
import { deliveryView, type DeliveryView } from "./delivery-view.ts";
import { findDelivery, type Finding } from "./find-delivery.ts";
import { whenReachable, type OperationsContext, type Unavailable } from "./context.ts";

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
  | Exclude<Finding, { kind: "found" }>
  | Unavailable;

export async function restoreDeadLetter(
  input: RestoreInput,
  context: OperationsContext,
): Promise<RestoreResult> {
  return whenReachable({ context }, async (): Promise<RestoreResult> => {
    const { id, caller, note } = input;
    const found = await findDelivery(id, { caller, context });
    if (found.kind !== "found") return found;
    const { account, stored } = found;
    const { state, request } = stored.delivery;
    const now = context.now();
    const restoring = restore(state, { actor: { by: caller.name, note }, now });
    if (restoring.kind === "notDiscarded") return { kind: "notDiscarded", status: state.status };
    if (restoring.kind === "tooLate") return restoring;
    const entry = { at: now, ...whoOf(caller), act: "restore", account: account.name, id, note };
    await context.audit.write(entry);
    const { decision } = restoring;
    const change = await account.changes.save(stored.delivery, decision);
    if (change.kind === "gone") return { kind: "notFound" };
    if (change.kind !== "saved") return { kind: "conflict" };
    const ahead = request.lane === null ? 0 : await account.lists.laneLength(request.lane);
    return { kind: "restored", delivery: deliveryView({ ...stored.delivery, state: decision.state }), ahead };
  });
}
