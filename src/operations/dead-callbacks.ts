/**
 * Callbacks that were given up: lists their deliveries, and tries one of them again.
 */
import { type Caller, whoOf } from "./caller.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { type CallbackView, callbackView, deliveryView, type DeliveryView } from "./delivery-view.ts";
import { findDelivery, type Finding } from "./find-delivery.ts";
import { BAD_CURSOR, type ListResult } from "./list.ts";
import { paginateLists } from "./paginate-lists.ts";
import { overAccounts, whenReachable, type OperationsContext, type Unavailable } from "./context.ts";

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
  | Exclude<Finding, { kind: "found" }>
  | Unavailable;

/** Makes a callback that was given up due again. The delivery itself does not change. */
export async function retryCallback(
  { id, caller, note }: { readonly id: string; readonly caller: Caller; readonly note: string | null },
  context: OperationsContext,
): Promise<RetryCallbackResult> {
  return whenReachable({ context }, async (): Promise<RetryCallbackResult> => {
    const found = await findDelivery(id, { caller, context });
    if (found.kind !== "found") return found;
    const { account, stored } = found;
    if (stored.callback?.status !== "dead") return { kind: "notDead" };
    const act = { ...whoOf(caller), act: "retry callback", account: account.name, id, note };
    await context.audit.write({ at: context.now(), ...act });
    if (!(await account.changes.retryCallback(id))) return { kind: "notDead" };
    const again = { ...stored, callback: { ...stored.callback, status: "due" as const } };
    return { kind: "due", delivery: { ...deliveryView(stored.delivery), callback: callbackView(again) } };
  });
}
