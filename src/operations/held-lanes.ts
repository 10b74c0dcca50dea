/**
 * Lanes that a dead letter holds, the latest first: what waits behind it until somebody replays or discards it.
 */
import type { Caller } from "./caller.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { walkLetters } from "./dead-letters.ts";
import { deliveryView, type DeliveryView } from "./delivery-view.ts";
import { BAD_CURSOR, type ListResult } from "./list.ts";
import { desksFor, whenReachable, type OperationsWorld } from "./world.ts";

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

export async function listHeldLanes(input: HeldLanesInput, world: OperationsWorld): Promise<HeldLanesResult> {
  return whenReachable(
    world,
    async (): Promise<HeldLanesResult> => {
      const desks = desksFor(input.caller, input.account, world);
      if (desks === null) return { kind: "unknownAccount", account: input.account ?? "" };
      const from = input.cursor === undefined ? { stage: 0, place: null } : decodeCursor(input.cursor);
      if (from === null) return BAD_CURSOR;
      const { found, next } = await walkLetters(desks, {}, { from, most: input.limit });
      const each = await Promise.all(
        found.map(async ({ desk, stored: { delivery } }): Promise<HeldLane[]> => {
          const { id, lane } = delivery.request;
          if (lane === null || (await desk.lists.headOf(lane)) !== id) return [];
          const waiting = (await desk.lists.laneLength(lane)) - 1;
          return [{ account: desk.name, lane, waiting, head: deliveryView(delivery) }];
        }),
      );
      return { kind: "lanes", items: each.flat(), nextCursor: next === null ? null : encodeCursor(next) };
    },
    "long",
  );
}
