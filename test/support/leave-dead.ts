/** Ends an acknowledged delivery dead, as a worker would have left it; it keeps its lane. */
import { die } from "../../src/delivery/decision.ts";
import type { DeadReason } from "../../src/delivery/record.ts";
import type { DeliveryStore } from "../../src/storage/delivery-store.ts";

interface Death {
  readonly id: string;
  readonly reason: DeadReason;
  readonly detail: string;
}

export async function leaveDead(
  { store }: { readonly store: DeliveryStore },
  { id, reason, detail }: Death,
): Promise<void> {
  const delivery = await store.get(id);
  if (delivery === null || delivery === "unreadable") throw new Error("it was acknowledged");
  const context = { now: Date.now() };
  const decision = die(delivery.state, { reason, detail, entries: [], context });
  await store.save(delivery, { decision, leaving: { leavesLane: false } });
}
