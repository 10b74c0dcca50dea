/**
 * Erases one delivery that has ended: payload, timeline and recipients. The digest of its key stays, so that a
 * repeat of the request is not delivered again, and with it the platform's ids.
 */
import type { Delivery } from "../delivery/record.ts";
import type { Caller } from "./caller.ts";
import { discardOne } from "./discard.ts";
import type { OperationsAccount, OperationsContext } from "./context.ts";

/** False if somebody else changed it first. The caller writes the audit entry. */
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
  // A dead letter may hold its lane, so it is discarded first.
  const discarded = await discardOne({ delivery, account }, { order, context });
  if (discarded.kind !== "discarded") return false;
  const [stored] = await account.lists.read([delivery.request.id]);
  return stored != null && stored !== "unreadable" && account.changes.forget(stored.delivery);
}
