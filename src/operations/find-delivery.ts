/**
 * Finds a delivery by its id alone. An id does not contain the account, so all accounts that the caller may
 * access are searched in parallel.
 */
import type { Caller } from "./caller.ts";
import type { FoundDelivery } from "./paginate-lists.ts";
import { accountsFor, whenReachable, type OperationsContext, type Unavailable } from "./context.ts";

export type NoDelivery =
  | { readonly kind: "notFound" }
  /** Its record does not parse; the next worker that reads it ends it as `invalid`. */
  | { readonly kind: "unreadable" };

export async function findDelivery(
  id: string,
  { caller, context }: { readonly caller: Caller; readonly context: OperationsContext },
): Promise<({ readonly kind: "found" } & FoundDelivery) | NoDelivery> {
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

/** Does something with one delivery, where Redis answers and the caller may access it. */
export async function withDelivery<T>(
  {
    id,
    caller,
    context,
    patience = "short",
  }: {
    readonly id: string;
    readonly caller: Caller;
    readonly context: OperationsContext;
    readonly patience?: "short" | "long";
  },
  act: (found: FoundDelivery) => Promise<T>,
): Promise<T | NoDelivery | Unavailable> {
  return whenReachable({ context, patience }, async (): Promise<T | NoDelivery> => {
    const found = await findDelivery(id, { caller, context });
    return found.kind === "found" ? act(found) : found;
  });
}
