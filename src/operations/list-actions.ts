/**
 * Lists bulk actions, the latest first: those that run, and those that ended within the last week.
 */
import { actionView, mayShow, type ActionView } from "./bulk.ts";
import type { Caller } from "./caller.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { BAD_CURSOR, type ListResult } from "./list.ts";
import { whenReachable, type OperationsContext } from "./context.ts";

type ActionsResult =
  | { readonly kind: "actions"; readonly items: readonly ActionView[]; readonly nextCursor: string | null }
  | Extract<ListResult, { kind: "invalid" | "unavailable" }>;

export async function listActions(
  input: { readonly caller: Caller; readonly limit: number; readonly cursor?: string | undefined },
  context: OperationsContext,
): Promise<ActionsResult> {
  return whenReachable({ context }, async (): Promise<ActionsResult> => {
    const { caller, limit, cursor } = input;
    const from = cursor === undefined ? { stage: 0, place: null } : decodeCursor(cursor);
    if (from === null) return BAD_CURSOR;
    const { actions, next } = await context.actions.list(limit, from.place);
    const items = actions.filter((action) => mayShow(action, caller)).map((action) => actionView(action));
    return {
      kind: "actions",
      items,
      nextCursor: next === null ? null : encodeCursor({ stage: 0, place: next }),
    };
  });
}
