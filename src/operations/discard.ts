/**
 * Discards a dead letter: nobody will deliver it. It leaves the dead letters and frees its lane; its
 * record can be read (and replayed after all) until the retention takes it.
 */
import { discard } from "../delivery/discard.ts";
import type { Delivery } from "../delivery/record.ts";
import type { Caller } from "./caller.ts";
import { deliveryView, type DeliveryView } from "./delivery-view.ts";
import { findDelivery, type Finding } from "./find-delivery.ts";
import { wakePromoted } from "./wake.ts";
import { whenReachable, type AccountDesk, type OperationsWorld, type Unavailable } from "./world.ts";

export interface DiscardInput {
  readonly id: string;
  readonly caller: Caller;
  readonly note: string;
}

export type DiscardResult =
  | { readonly kind: "discarded"; readonly delivery: DeliveryView }
  | { readonly kind: "notDead"; readonly status: string }
  | { readonly kind: "raced" }
  | Exclude<Finding, { kind: "found" }>
  | Unavailable;

export async function discardLetter(input: DiscardInput, world: OperationsWorld): Promise<DiscardResult> {
  return whenReachable(world, async (): Promise<DiscardResult> => {
    const { id, caller, note } = input;
    const found = await findDelivery(id, caller, world);
    if (found.kind !== "found") return found;
    const { desk, stored } = found;
    const { status } = stored.delivery.state;
    if (status !== "dead") return { kind: "notDead", status };
    await world.audit.write({
      at: world.now(),
      by: caller.name,
      act: "discard",
      account: desk.name,
      id,
      note,
    });
    return discardOne(stored.delivery, { caller, note }, desk, world);
  });
}

/** The audit is the business of whoever gave the order. */
export async function discardOne(
  delivery: Delivery,
  { caller, note }: { readonly caller: Caller; readonly note: string | null },
  desk: AccountDesk,
  world: OperationsWorld,
): Promise<Extract<DiscardResult, { kind: "discarded" | "raced" | "notFound" }>> {
  const decision = discard(delivery.state, { by: caller.name, note }, world.now());
  if (decision === null) return { kind: "raced" };
  const change = await desk.changes.save(delivery, decision);
  if (change.kind === "gone") return { kind: "notFound" };
  if (change.kind !== "saved") return { kind: "raced" };
  await wakePromoted(change, desk, world);
  return { kind: "discarded", delivery: deliveryView({ ...delivery, state: decision.state }) };
}
