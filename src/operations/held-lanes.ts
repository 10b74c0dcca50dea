/**
 * Lanes that a dead letter holds, the latest first: what waits behind it until somebody replays or discards it.
 */
import type { Caller } from "./caller.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { paginateDeadLetters } from "./dead-letters.ts";
import { deliveryView, type DeliveryView } from "./delivery-view.ts";
import { BAD_CURSOR, type ListResult } from "./list.ts";
import { accountsFor, whenReachable, type OperationsContext } from "./context.ts";

export interface HeldLane {
  readonly account: string;
  readonly lane: string;
  /** Behind the head. */
  readonly waiting: number;
  readonly head: DeliveryView;
}

export interface HeldLanesInput {
  readonly caller: Caller;
  readonly account?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export type HeldLanesResult =
  | { readonly kind: "lanes"; readonly items: readonly HeldLane[]; readonly nextCursor: string | null }
  | Exclude<ListResult, { kind: "page" }>;

export async function listHeldLanes(
  input: HeldLanesInput,
  context: OperationsContext,
): Promise<HeldLanesResult> {
  return whenReachable(
    context,
    async (): Promise<HeldLanesResult> => {
      const chosen = accountsFor(input.caller, input.account, context);
      if (chosen === null) return { kind: "unknownAccount", account: input.account ?? "" };
      const from = input.cursor === undefined ? { stage: 0, place: null } : decodeCursor(input.cursor);
      if (from === null) return BAD_CURSOR;
      const { found, next } = await paginateDeadLetters(chosen, {}, { from, most: input.limit });
      const each = await Promise.all(
        found.map(async ({ account, stored: { delivery } }): Promise<HeldLane[]> => {
          const { id, lane } = delivery.request;
          if (lane === null || (await account.lists.headOf(lane)) !== id) return [];
          const waiting = (await account.lists.laneLength(lane)) - 1;
          return [{ account: account.name, lane, waiting, head: deliveryView(delivery) }];
        }),
      );
      return { kind: "lanes", items: each.flat(), nextCursor: next === null ? null : encodeCursor(next) };
    },
    "long",
  );
}
