/**
 * Lists deliveries: the unfinished ones by their acknowledgement, then the ended ones by their end, the
 * latest first.
 *
 * Account, status and reason choose the lists; operation and recipient are looked for in their records,
 * at most `MOST_LOOKED` of them a call, so a page may be short, or empty, and still have a next one. A
 * delivery that ends while somebody pages through all of them is met once more, ended; none is missed.
 */
import { keyHash } from "../delivery/idempotency.ts";
import { isEnded, type DeadReason, type ShownStatus } from "../delivery/record.ts";
import type { Caller } from "./caller.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { deliveryView, type DeliveryView } from "./delivery-view.ts";
import type { FieldError } from "./field-errors.ts";
import type { ListName, StoredDelivery } from "./ports.ts";
import { walkLists, type Met, type Source } from "./walk-lists.ts";
import {
  desksFor,
  whenReachable,
  type AccountDesk,
  type OperationsWorld,
  type Unavailable,
} from "./world.ts";

export interface ListInput {
  readonly caller: Caller;
  readonly account?: string | undefined;
  readonly status?: ShownStatus | undefined;
  readonly operation?: string | undefined;
  readonly reason?: DeadReason | undefined;
  readonly key?: string | undefined;
  readonly recipient?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export type ListResult<Item extends DeliveryView = DeliveryView> =
  | {
      readonly kind: "page";
      readonly items: readonly Item[];
      readonly nextCursor: string | null;
    }
  | { readonly kind: "invalid"; readonly errors: readonly FieldError[] }
  | { readonly kind: "unknownAccount"; readonly account: string }
  | Unavailable;

export const BAD_CURSOR: Extract<ListResult, { kind: "invalid" }> = {
  kind: "invalid",
  errors: [{ pointer: "/query/cursor", detail: "expected a cursor from an earlier page" }],
};

export async function listDeliveries(input: ListInput, world: OperationsWorld): Promise<ListResult> {
  return whenReachable(
    world,
    async (): Promise<ListResult> => {
      const desks = desksFor(input.caller, input.account, world);
      if (desks === null) return { kind: "unknownAccount", account: input.account ?? "" };
      if (input.key !== undefined) return pageOf(await byKey(input.key, input, desks), null);
      const from = input.cursor === undefined ? { stage: 0, place: null } : decodeCursor(input.cursor);
      if (from === null) return BAD_CURSOR;
      const { found, next } = await walkLists({
        stages: stagesOf(input, desks),
        range: { since: null, until: null },
        from,
        fits: (stored, { list }) => isStillIn(list, stored) && fitsInput(stored, input),
        most: input.limit,
      });
      return pageOf(found, next === null ? null : encodeCursor(next));
    },
    "long",
  );
}

export function pageOf(found: readonly Met[], nextCursor: string | null): ListResult & { kind: "page" } {
  return {
    kind: "page",
    items: found.map(({ stored }) => deliveryView(stored.delivery, stored.isBeingSent)),
    nextCursor,
  };
}

const UNFINISHED: readonly ListName[] = [
  "status:queued",
  "status:sending",
  "status:retrying",
  "status:confirming",
];
const ENDED: readonly ListName[] = [
  "status:confirmed",
  "status:dead",
  "status:cancelled",
  "status:discarded",
];

/** Unfinished first: what ends meanwhile comes along again later instead of being missed. */
function stagesOf({ status, reason }: ListInput, desks: readonly AccountDesk[]): Source[][] {
  const each = (lists: readonly ListName[]): Source[] =>
    desks.flatMap((desk) => lists.map((list) => ({ desk, list })));
  if (reason !== undefined)
    return status === undefined || status === "dead" ? [each([`reason:${reason}`])] : [];
  return status === undefined ? [each(UNFINISHED), each(ENDED)] : [each([`status:${status}`])];
}

/** It may have ended since the list was read; then it is met among the ended ones. */
function isStillIn(list: ListName, { delivery }: StoredDelivery): boolean {
  return UNFINISHED.includes(list) !== isEnded(delivery.state.status);
}

function fitsInput(
  { delivery, isBeingSent }: StoredDelivery,
  { operation, recipient, status, reason }: ListInput,
): boolean {
  const { request, state } = delivery;
  if (status !== undefined && (isBeingSent ? "sending" : state.status) !== status) return false;
  if (reason !== undefined && state.reason !== reason) return false;
  if (operation !== undefined && request.operation !== operation) return false;
  return recipient === undefined || state.recipients.some(({ id }) => id === recipient);
}

/** A key is looked up, not searched for. */
async function byKey(key: string, input: ListInput, desks: readonly AccountDesk[]): Promise<Met[]> {
  const found = await Promise.all(
    desks.map(async (desk) => {
      const id = await desk.lists.idOfKey(keyHash(key));
      const stored = id === null ? null : ((await desk.lists.read([id]))[0] ?? null);
      return stored === null || stored === "unreadable" || !fitsInput(stored, input)
        ? []
        : [{ desk, stored }];
    }),
  );
  return found.flat();
}
