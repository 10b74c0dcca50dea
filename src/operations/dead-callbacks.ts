/**
 * Callbacks that were given up: lists their deliveries, and tries one of them again.
 */
import { writeAct } from "./audit.ts";
import type { Caller } from "./caller.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { type CallbackView, callbackView, deliveryView, type DeliveryView } from "./delivery-view.ts";
import { withDelivery, type NoDelivery } from "./find-delivery.ts";
import { BAD_CURSOR, type ListResult } from "./list.ts";
import { paginateLists } from "./paginate-lists.ts";
import { overAccounts, type OperationsContext, type Unavailable } from "./context.ts";

interface DeadCallbacksInput {
  readonly caller: Caller;
  readonly account?: string | undefined;
  /** When it was given up, both inclusive. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

interface ToldView extends DeliveryView {
  readonly callback: CallbackView | null;
}

export async function listDeadCallbacks(
  { caller, account, since, until, limit, cursor }: DeadCallbacksInput,
  context: OperationsContext,
): Promise<ListResult<ToldView>> {
  return overAccounts({ caller, account, context }, async (chosen): Promise<ListResult<ToldView>> => {
    const from = cursor === undefined ? { stage: 0, place: null } : decodeCursor(cursor);
    if (from === null) return BAD_CURSOR;
    const { found, next } = await paginateLists({
      stages: [chosen.map((account) => ({ account, list: "callback:dead" }))],
      range: { since: since ?? null, until: until ?? null },
      from,
      fits: ({ callback }) => callback?.status === "dead",
      most: limit,
    });
    const items = found.map(({ stored }) => ({
      ...deliveryView(stored.delivery),
      callback: callbackView(stored),
    }));
    return { kind: "page", items, nextCursor: next === null ? null : encodeCursor(next) };
  });
}

type RetryCallbackResult =
  | { readonly kind: "due"; readonly delivery: ToldView }
  | { readonly kind: "notDead" }
  | NoDelivery
  | Unavailable;

/** Makes a callback that was given up due again. The delivery itself does not change. */
export async function retryCallback(
  { id, caller, note }: { readonly id: string; readonly caller: Caller; readonly note: string | null },
  context: OperationsContext,
): Promise<RetryCallbackResult> {
  return withDelivery({ id, caller, context }, async ({ account, stored }): Promise<RetryCallbackResult> => {
    if (stored.callback?.status !== "dead") return { kind: "notDead" };
    await writeAct({ caller, act: "retry callback", account: account.name, id, note }, context);
    if (!(await account.changes.retryCallback(id))) return { kind: "notDead" };
    const again = { ...stored, callback: { ...stored.callback, status: "due" as const } };
    return { kind: "due", delivery: { ...deliveryView(stored.delivery), callback: callbackView(again) } };
  });
}
