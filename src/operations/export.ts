/**
 * Exports dead letters with their payloads as a stream of lines, in JSON or CSV. The audit log records it, like
 * every other read of a payload.
 */
import { csvHead, csvLine } from "./csv.ts";
import { platformCode } from "../delivery/dead-group.ts";
import { readAccepted } from "../delivery/exact-json.ts";
import { writeAct } from "./audit.ts";
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

export const EXPORT_FORMATS = ["jsonl", "csv"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const AT_ONCE = 100;

export async function exportDeadLetters(
  {
    caller,
    filter,
    format,
  }: { readonly caller: Caller; readonly filter: DeadLetterFilter; readonly format: ExportFormat },
  context: OperationsContext,
): Promise<ExportResult> {
  return overAccounts({ caller, account: filter.account, context }, async (chosen): Promise<ExportResult> => {
    const account = filter.account ?? null;
    await writeAct({ caller, act: "export dead letters", account }, context);
    return { kind: "lines", lines: linesOf(chosen, { filter, format }) };
  });
}

async function* linesOf(
  chosen: readonly OperationsAccount[],
  { filter, format }: { readonly filter: DeadLetterFilter; readonly format: ExportFormat },
): AsyncGenerator<string, void, undefined> {
  if (format === "csv") yield csvHead(COLUMNS);
  let from: Position | null = { stage: 0, place: null };
  while (from !== null) {
    const { found, next } = await paginateDeadLetters(chosen, {
      filter,
      from,
      most: AT_ONCE,
      meetsUnreadable: true,
    });
    const lines = await Promise.all(found.map(format === "csv" ? rowOf : lineOf));
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

const COLUMNS = [
  "id",
  "account",
  "operation",
  "key",
  "lane",
  "reason",
  "code",
  "detail",
  "recipients",
  "unproven",
  "sends",
  "checks",
  "generation",
  "createdAt",
  "finishedAt",
  "metadata",
  "payload",
] as const;

/** A row for a spreadsheet: without the timeline, and with the unproven recipients only. */
async function rowOf({ account, stored: { delivery } }: FoundDelivery): Promise<string> {
  const view = deliveryView(delivery);
  const { id, operation, key, lane, reason, detail, recipients, sends, checks, generation } = view;
  const unproven = recipients.filter(({ status }) => status !== "confirmed").map((one) => one.id);
  const { payload } = await account.lists.payloads(id);
  const content = readAccepted(payload);
  const head = [id, view.account, operation, key, lane, reason, platformCode(delivery.state), detail];
  const counts = [recipients.length, unproven.join(" "), sends, checks, generation];
  const { createdAt, finishedAt } = view;
  const { metadata } = delivery.request;
  const text = content === null ? null : JSON.stringify(content);
  return csvLine([...head, ...counts, createdAt, finishedAt, metadata, text]);
}
