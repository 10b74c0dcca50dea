/**
 * Exports dead letters with their payloads, one JSON line each, as a stream. Written down like every
 * other look at a payload.
 */
import { readAccepted } from "../delivery/exact-json.ts";
import type { Caller } from "./caller.ts";
import { paginateDeadLetters } from "./dead-letters.ts";
import { deliveryView } from "./delivery-view.ts";
import type { DeadLetterFilter } from "./dead-letter-filter.ts";
import { timelineView } from "./timeline-view.ts";
import type { FoundDelivery, Position } from "./paginate-lists.ts";
import {
  overAccounts,
  type OperationsAccount,
  type OperationsContext,
  type Unavailable,
  type UnknownAccount,
} from "./context.ts";

type ExportResult =
  | { readonly kind: "lines"; readonly lines: AsyncGenerator<string, void, undefined> }
  | UnknownAccount
  | Unavailable;

const AT_ONCE = 100;

export async function exportDeadLetters(
  { caller, filter }: { readonly caller: Caller; readonly filter: DeadLetterFilter },
  context: OperationsContext,
): Promise<ExportResult> {
  return overAccounts({ caller, account: filter.account }, context, async (chosen): Promise<ExportResult> => {
    const account = filter.account ?? null;
    const entry = { by: caller.name, act: "export dead letters", account, id: null, note: null };
    await context.audit.write({ at: context.now(), ...entry });
    return { kind: "lines", lines: linesOf(chosen, filter) };
  });
}

async function* linesOf(
  chosen: readonly OperationsAccount[],
  filter: DeadLetterFilter,
): AsyncGenerator<string, void, undefined> {
  let from: Position | null = { stage: 0, place: null };
  while (from !== null) {
    const { found, next } = await paginateDeadLetters(chosen, filter, {
      from,
      most: AT_ONCE,
      meetsUnreadable: true,
    });
    const lines = await Promise.all(found.map(lineOf));
    yield lines.join("");
    from = next;
  }
}

async function lineOf({ account, stored: { delivery } }: FoundDelivery): Promise<string> {
  const { request } = delivery;
  const timeline = timelineView(request.createdAt, await account.lists.timeline(request.id));
  const { payload } = await account.lists.payloads(request.id);
  return `${JSON.stringify({ ...deliveryView(delivery), timeline, payload: readAccepted(payload) })}\n`;
}
