/**
 * Discards a dead letter: nobody will deliver it. It leaves the list of dead letters and frees its lane. Its
 * record can be read, and even replayed, until the retention deletes it.
 */
import { discard } from "../delivery/discard.ts";
import type { Delivery } from "../delivery/record.ts";
import { writeAct } from "./audit.ts";
import type { Caller } from "./caller.ts";
import { deliveryView, type DeliveryView } from "./delivery-view.ts";
import { withDelivery, type NoDelivery } from "./find-delivery.ts";
import { type OperationsAccount, type OperationsContext, type Unavailable, wakePromoted } from "./context.ts";

interface DiscardInput {
  readonly id: string;
  readonly caller: Caller;
  readonly note: string;
}

export type DiscardResult =
  | { readonly kind: "discarded"; readonly delivery: DeliveryView }
  | { readonly kind: "notDead"; readonly status: string }
  | { readonly kind: "conflict" }
  | NoDelivery
  | Unavailable;

export async function discardDeadLetter(
  input: DiscardInput,
  context: OperationsContext,
): Promise<DiscardResult> {
  const { id, caller, note } = input;
  return withDelivery({ id, caller, context }, async ({ account, stored }): Promise<DiscardResult> => {
    const { status } = stored.delivery.state;
    if (status !== "dead") return { kind: "notDead", status };
    await writeAct({ caller, act: "discard", account: account.name, id, note }, context);
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
