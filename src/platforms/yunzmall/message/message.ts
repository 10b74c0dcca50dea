/**
 * One message as Yunzmall's lists show it (document 001), parsed leniently: fields that the document types as
 * numbers appear as text in its examples, and PHP writes an empty object as `[]`. `message_body` differs by
 * plugin, so all of it is kept.
 */
import { z } from "zod";
import { parseBody } from "../../classify-http.ts";
import type { Message } from "../../messages.ts";
import { platformTime } from "./platform-time.ts";

const code = z
  .union([z.string().min(1), z.number()])
  .transform(String)
  .nullish()
  .catch(null);
const bit = z
  .union([
    z.literal([0, "0", false, "false"]).transform(() => 0),
    z.literal([1, "1", true, "true"]).transform(() => 1),
  ])
  .nullish()
  .catch(null);
/** Also as a JSON text: a database column that was not decoded. */
const fields = z
  .preprocess(
    (value) => (typeof value === "string" ? parseBody(value) : value),
    z.record(z.string(), z.unknown()),
  )
  .catch({});

const rowSchema = z.object({
  id: z.union([z.string().min(1), z.number()]).transform(String),
  recipient_id: code,
  plugin: code,
  notice_type: code,
  /** 0 unread, 1 read. */
  status: bit,
  /** The other way round: 0 handled, 1 waiting. */
  handle_status: bit,
  created_at: z.string().nullish().catch(null),
  message_body: fields,
  send_staff: fields,
});

/** Null for a row without an id. */
export function readMessage(row: unknown): Message | null {
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success) return null;
  const { id, recipient_id, plugin, notice_type, status, handle_status, created_at } = parsed.data;
  return {
    id,
    recipientId: recipient_id ?? null,
    plugin: plugin ?? null,
    noticeType: notice_type ?? null,
    isRead: status == null ? null : status === 1,
    isHandled: handle_status == null ? null : handle_status === 0,
    createdAt: created_at == null ? null : platformTime(created_at),
    body: parsed.data.message_body,
    sender: parsed.data.send_staff,
    row,
  };
}
