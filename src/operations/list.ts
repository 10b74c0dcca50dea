/**
 * Lists deliveries: the unfinished ones by their acknowledgement, then the ended ones by their end, the
 * latest first.
 *
 * Account, status, reason and times select lists. Key, receipt and recipient are looked up in indexes, whose
 * entries are sorted by acknowledgement. The other fields are compared in records, at most `MOST_LOOKED` in one
 * call, so a page may be short or even empty and still have a next one. A delivery that ends while somebody
 * pages through all of them appears a second time, as ended; none is missed.
 */
import { say } from "../language/say.ts";
import { isEnded, type ShownStatus } from "../delivery/record.ts";
import type { Caller } from "./caller.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { deliveryView, type DeliveryView } from "./delivery-view.ts";
import type { FieldError } from "./field-errors.ts";
import { asksAboutContents, fitsFilter, sayingsOf, type DeadLetterFilter } from "./dead-letter-filter.ts";
import { indexedList, lookUp, notLookedUp } from "./look-up.ts";
import type { ListName, StoredDelivery } from "./ports.ts";
import { paginateLists, type FoundDelivery, type ListSource } from "./paginate-lists.ts";
import {
  overAccounts,
  type OperationsAccount,
  type OperationsContext,
  type Unavailable,
  type UnknownAccount,
} from "./context.ts";

/** `since` and `until` apply to the end of ended deliveries, and to the acknowledgement of others. */
interface ListInput extends DeadLetterFilter {
  readonly caller: Caller;
  readonly status?: ShownStatus | undefined;
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
  | UnknownAccount
  | Unavailable;

export const BAD_CURSOR: Extract<ListResult, { kind: "invalid" }> = {
  kind: "invalid",
  errors: [{ pointer: "/query/cursor", detail: say("expected a cursor from an earlier page") }],
};

export async function listDeliveries(input: ListInput, context: OperationsContext): Promise<ListResult> {
  return overAccounts(
    { caller: input.caller, account: input.account, context },
    async (chosen): Promise<ListResult> => {
      const indexed = await lookUp(input, chosen);
      if (indexed !== null) {
        const rest = notLookedUp(input);
        const meant = indexed.filter(({ stored }) => isInTime(stored, rest) && fitsInput(stored, rest));
        return pageOf(meant, null);
      }
      const from = input.cursor === undefined ? { stage: 0, place: null } : decodeCursor(input.cursor);
      if (from === null) return BAD_CURSOR;
      const shortest = indexedList(input);
      const everywhere = { since: null, until: null };
      const { found, next } = await paginateLists({
        stages: shortest === null ? stagesOf(input, chosen) : [sourcesIn(shortest, chosen)],
        range: shortest === null ? rangeOf(input) : everywhere,
        from,
        fits: (stored, { list }) =>
          fitsInput(stored, input) && (shortest === null ? isStillIn(list, stored) : isInTime(stored, input)),
        sayings: sayingsOf(input),
        most: input.limit,
        meetsUnreadable: !asksAboutContents(input),
      });
      return pageOf(found, next === null ? null : encodeCursor(next));
    },
  );
}

function sourcesIn(list: ListName, chosen: readonly OperationsAccount[]): ListSource[] {
  return chosen.map((account) => ({ account, list }));
}

function rangeOf({ since, until }: ListInput): { since: number | null; until: number | null } {
  return { since: since ?? null, until: until ?? null };
}

export function pageOf(
  found: readonly FoundDelivery[],
  nextCursor: string | null,
): ListResult & { kind: "page" } {
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

/** Unfinished ones first: a delivery that ends meanwhile is listed again later, instead of being missed. */
function stagesOf({ status, reason }: ListInput, chosen: readonly OperationsAccount[]): ListSource[][] {
  const each = (lists: readonly ListName[]): ListSource[] =>
    chosen.flatMap((account) => lists.map((list) => ({ account, list })));
  if (reason !== undefined)
    return status === undefined || status === "dead" ? [each([`reason:${reason}`])] : [];
  return status === undefined ? [each(UNFINISHED), each(ENDED)] : [each([`status:${status}`])];
}

/** False if it has ended since the list was read; then it appears among the ended ones. */
function isStillIn(list: ListName, { delivery }: StoredDelivery): boolean {
  return UNFINISHED.includes(list) !== isEnded(delivery.state.status);
}

function fitsInput(stored: StoredDelivery, input: ListInput): boolean {
  const { delivery, isBeingSent } = stored;
  const { status, reason } = delivery.state;
  if (input.status !== undefined && (isBeingSent ? "sending" : status) !== input.status) return false;
  return (input.reason === undefined || reason === input.reason) && fitsFilter(stored, input);
}

/** Whether a delivery from an index is within the times, which lists would select by their scores. */
function isInTime(
  { delivery }: StoredDelivery,
  { since = 0, until = Number.POSITIVE_INFINITY }: ListInput,
): boolean {
  const at = delivery.state.finishedAt ?? delivery.request.createdAt;
  return at >= since && at <= until;
}
