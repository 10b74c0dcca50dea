/**
 * Finds a delivery by its id alone. An id does not contain the account, so all accounts that the caller may
 * access are searched in parallel.
 */
import type { Caller } from "./caller.ts";
import type { StoredDelivery } from "./ports.ts";
import { accountsFor, type OperationsAccount, type OperationsContext } from "./context.ts";

export type Finding =
  | { readonly kind: "found"; readonly account: OperationsAccount; readonly stored: StoredDelivery }
  | { readonly kind: "notFound" }
  /** Its record does not parse; the next worker that reads it ends it as `invalid`. */
  | { readonly kind: "unreadable" };

export async function findDelivery(
  id: string,
  { caller, context }: { readonly caller: Caller; readonly context: OperationsContext },
): Promise<Finding> {
  const chosen = accountsFor(caller, { named: undefined, context }) ?? [];
  const found = await Promise.all(
    chosen.map(async (account) => ({ account, stored: (await account.lists.read([id]))[0] ?? null })),
  );
  for (const { account, stored } of found) {
    if (stored === "unreadable") return { kind: "unreadable" };
    if (stored !== null) return { kind: "found", account, stored };
  }
  return { kind: "notFound" };
}
