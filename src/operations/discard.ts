/**
 * Discards a dead letter: nobody will deliver it. It leaves the list of dead letters and frees its lane. Its
 * record can be read, and even replayed, until the retention deletes it.
 */
import { discard } from "../delivery/discard.ts";
import type { Delivery } from "../delivery/record.ts";
import { type Caller, whoOf } from "./caller.ts";
import { deliveryView, type DeliveryView } from "./delivery-view.ts";
import { findDelivery, type Finding } from "./find-delivery.ts";
import {
  type OperationsAccount,
  type OperationsContext,
  type Unavailable,
  wakePromoted,
  whenReachable,
} from "./context.ts";

interface DiscardInput {
  readonly id: string;
  readonly caller: Caller;
  readonly note: string;
}

export type DiscardResult =
  | { readonly kind: "discarded"; readonly delivery: DeliveryView }
  | { readonly kind: "notDead"; readonly status: string }
  | { readonly kind: "conflict" }
  | Exclude<Finding, { kind: "found" }>
  | Unavailable;

export async function discardDeadLetter(
  input: DiscardInput,
  context: OperationsContext,
): Promise<DiscardResult> {
  return whenReachable({ context }, async (): Promise<DiscardResult> => {
    const { id, caller, note } = input;
    const found = await findDelivery(id, { caller, context });
    if (found.kind !== "found") return found;
    const { account, stored } = found;
    const { status } = stored.delivery.state;
    if (status !== "dead") return { kind: "notDead", status };
    await context.audit.write({
      at: context.now(),
      ...whoOf(caller),
      act: "discard",
      account: account.name,
      id,
      note,
    });
    return discardOne({ delivery: stored.delivery, account }, { order: { caller, note }, context });
  });
}

/** Discards one delivery that has been read. The caller writes the audit entry. */
export async function discardOne(
  { delivery, account }: { readonly delivery: Delivery; readonly account: OperationsAccount },
  {
    order: { caller, note },
    context,
  }: {
    readonly order: { readonly caller: Caller; readonly note: string | null };
    readonly context: OperationsContext;
  },
): Promise<Extract<DiscardResult, { kind: "discarded" | "conflict" | "notFound" }>> {
  const decision = discard(delivery.state, { actor: { by: caller.name, note }, now: context.now() });
  if (decision === null) return { kind: "conflict" };
  const change = await account.changes.save(delivery, decision);
  if (change.kind === "gone") return { kind: "notFound" };
  if (change.kind !== "saved") return { kind: "conflict" };
  await wakePromoted(change, { account, context });
  return { kind: "discarded", delivery: deliveryView({ ...delivery, state: decision.state }) };
}
