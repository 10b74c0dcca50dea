/**
 * Lists the lanes that a dead letter holds, the latest first, and how many deliveries wait until somebody
 * replays or discards it.
 */
import type { Caller } from "./caller.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { deliveryView, type DeliveryView } from "./delivery-view.ts";
import { BAD_CURSOR, type ListResult } from "./list.ts";
import { nextSteps, type ListSource, type ListStep } from "./paginate-lists.ts";
import { unreadableRecord } from "./unreadable.ts";
import { overAccounts, type OperationsContext } from "./context.ts";

interface HeldLane {
  readonly account: string;
  readonly lane: string;
  /** How many deliveries wait behind the head. */
  readonly waiting: number;
  readonly head: DeliveryView;
}

interface HeldLanesInput {
  readonly caller: Caller;
  readonly account?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

type HeldLanesResult =
  | { readonly kind: "lanes"; readonly items: readonly HeldLane[]; readonly nextCursor: string | null }
  | Exclude<ListResult, { kind: "page" }>;

export async function listHeldLanes(
  input: HeldLanesInput,
  context: OperationsContext,
): Promise<HeldLanesResult> {
  return overAccounts(
    { caller: input.caller, account: input.account, context },
    async (chosen): Promise<HeldLanesResult> => {
      const from = input.cursor === undefined ? { stage: 0, place: null } : decodeCursor(input.cursor);
      if (from === null) return BAD_CURSOR;
      const sources = chosen.map((account): ListSource => ({ account, list: "lanes:held" }));
      const range = { after: from.place, since: null, until: null };
      const steps = await nextSteps(sources, { range, most: input.limit });
      const last = steps.length < input.limit ? undefined : steps.at(-1);
      return {
        kind: "lanes",
        items: (await Promise.all(steps.map(heldLane))).flat(),
        nextCursor: last === undefined ? null : encodeCursor({ stage: 0, place: last.place }),
      };
    },
  );
}

/** Empty if the lane was freed after the list was read. */
async function heldLane({ source: { account }, place }: ListStep): Promise<HeldLane[]> {
  const { lists, name } = account;
  const lane = place.id;
  const [head, length] = await Promise.all([lists.headOf(lane), lists.laneLength(lane)]);
  const [stored = null] = head === null ? [] : await lists.read([head]);
  if (head === null || stored === null) return [];
  const { delivery } = stored === "unreadable" ? unreadableRecord(name, { id: head, at: place.at }) : stored;
  if (delivery.state.status !== "dead") return [];
  return [{ account: name, lane, waiting: length - 1, head: deliveryView(delivery) }];
}
