/**
 * One delivery beside what the sandbox has of it, recipient by recipient. Pure.
 */
import { z } from "zod";
import type { SideBySide } from "../../doors/http/sandbox-routes.ts";
import type { DeliveryView } from "../../operations/delivery-view.ts";

export const ledgerSchema = z.object({
  todos: z.array(
    z.object({
      sourceId: z.string(),
      openId: z.string(),
      title: z.string(),
      stores: z.number(),
      deal: z.boolean(),
      read: z.boolean(),
      deleted: z.boolean(),
    }),
  ),
  schedules: z.array(
    z.object({
      id: z.string(),
      openid: z.string(),
      content: z.string().default(""),
      deleted: z.boolean().default(false),
    }),
  ),
  tasks: z.array(
    z.object({
      bizTaskId: z.string(),
      taskUuid: z.string(),
      assigneeId: z.string(),
      subject: z.string(),
      stores: z.number(),
      status: z.string(),
    }),
  ),
  calls: z.record(z.string(), z.number()),
});

type Ledger = z.output<typeof ledgerSchema>;
type Payload = Readonly<Record<string, unknown>> | null;
type Stored = Pick<SideBySide, "stored" | "copies" | "marks">;

/** At most this many recipients of a delivery are shown. */
const MOST_RECIPIENTS = 5;
const NOTHING: Stored = { stored: null, copies: 0, marks: [] };

export function sideBySide(
  delivery: DeliveryView,
  { payload, ledger }: { readonly payload: Payload; readonly ledger: Ledger },
): readonly SideBySide[] {
  const { id, key, account, operation, status } = delivery;
  return delivery.recipients.slice(0, MOST_RECIPIENTS).map((recipient) => ({
    delivery: id,
    key,
    account,
    operation,
    recipient: recipient.id,
    status,
    recipientStatus: recipient.status,
    ...storedOf(
      { operation, recipient: recipient.id },
      {
        payload,
        ledger,
        ids: [recipient.receipt, delivery.receipt].flatMap((receipt) => Object.values(receipt ?? {})),
      },
    ),
  }));
}

interface Sides {
  readonly payload: Payload;
  readonly ledger: Ledger;
  /** The platform's ids. */
  readonly ids: readonly string[];
}

function storedOf(
  { operation, recipient }: { readonly operation: string; readonly recipient: string },
  { payload, ledger, ids }: Sides,
): Stored {
  const [kind] = operation.split(".");
  if (kind === "todo") {
    const found = ledger.todos.find(
      ({ sourceId, openId }) =>
        sourceId === payload?.["sourceId"] && (openId === recipient || recipient === "*"),
    );
    return found === undefined
      ? NOTHING
      : { stored: found.title, copies: found.stores, marks: marksOf({ ...found, handled: found.deal }) };
  }
  if (kind === "schedule") {
    const found = ledger.schedules.find(
      ({ id, content }) => ids.includes(id) || id === payload?.["workId"] || content === payload?.["content"],
    );
    return found === undefined ? NOTHING : { stored: found.content, copies: 1, marks: marksOf(found) };
  }
  const found = ledger.tasks.find(
    ({ bizTaskId, taskUuid, subject }) =>
      ids.includes(taskUuid) || bizTaskId === payload?.["bizTaskId"] || subject === payload?.["subject"],
  );
  return found === undefined
    ? NOTHING
    : {
        stored: found.subject,
        copies: found.stores,
        marks: found.status === "open" ? [] : [found.status],
      };
}

function marksOf(row: { readonly handled?: boolean; readonly read?: boolean; readonly deleted: boolean }) {
  return (["handled", "read", "deleted"] as const).filter((mark) => row[mark] === true);
}
