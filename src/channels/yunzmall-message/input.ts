/**
 * Payload of `message.await`: which message is awaited, in the document's own fields (document 001), and
 * in which state it is to be seen.
 *
 * Unlike other payloads this one is closed: nothing is sent, so there is nobody to pass an unknown field
 * on to, and a misspelt criterion would let any message prove the delivery.
 */
import { z } from "zod";
import { EVERYBODY } from "../../delivery/ledger.ts";
import { platformTime } from "./platform-time.ts";

export const STATES = ["delivered", "read", "handled"] as const;
export type AwaitedState = (typeof STATES)[number];

const text = z.string().min(1, "expected a text that is not empty");
/** The document types these as numbers and shows them as text: both are the same here. */
const code = z.union([text, z.number().int()], { error: "expected a text or a whole number" });
const moment = z.string().refine((value) => platformTime(value) !== null, {
  error: "expected a time like 2022-08-05 17:35:00 (Asia/Shanghai) or 2022-08-05T17:35:00+08:00",
});

const CRITERIA = ["plugin", "notice_type", "recipient_id", "title", "project_name", "since"] as const;

export const awaitInput = z
  .strictObject({
    plugin: code.exactOptional(),
    notice_type: code.exactOptional(),
    /** The staff id that the message is for. */
    recipient_id: code.exactOptional(),
    /** `message_body.title`, the whole of it. */
    title: text.exactOptional(),
    /** `message_body.project_name`, the whole of it. */
    project_name: text.exactOptional(),
    /** Not created before; without it, an old message proves the delivery too. */
    since: moment.exactOptional(),
    state: z.enum(STATES).default("delivered"),
  })
  .refine((input) => CRITERIA.some((criterion) => input[criterion] !== undefined), {
    error: `expected at least one of ${CRITERIA.join(", ")}`,
  });

export type AwaitInput = z.output<typeof awaitInput>;

export function recipientOf({ recipient_id: recipient }: AwaitInput): string {
  return recipient === undefined ? EVERYBODY : String(recipient);
}
