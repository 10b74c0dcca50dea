/**
 * Erases one delivery that has ended: its payload, its story, its recipients. What stays is the digest of its key, so
 * that the same order is not delivered twice, and the platform's own ids under it.
 */
import type { Delivery } from "../delivery/record.ts";
import type { Caller } from "./caller.ts";
import { discardOne } from "./discard.ts";
import type { OperationsAccount, OperationsContext } from "./context.ts";

/** False if somebody else changed it first. Whoever ordered it writes the audit entry. */
export async function forgetOne(
  { delivery, account }: { readonly delivery: Delivery; readonly account: OperationsAccount },
  {
    order,
    context,
  }: {
    readonly order: { readonly caller: Caller; readonly note: string | null };
    readonly context: OperationsContext;
  },
): Promise<boolean> {
  if (delivery.state.status !== "dead") return account.changes.forget(delivery);
  // A dead letter may hold its lane: it is discarded first, which frees the lane.
  const discarded = await discardOne({ delivery, account }, { order, context });
  if (discarded.kind !== "discarded") return false;
  const [stored] = await account.lists.read([delivery.request.id]);
  return stored != null && stored !== "unreadable" && account.changes.forget(stored.delivery);
}
