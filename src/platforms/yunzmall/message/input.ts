/**
 * The payload of `message.await`: criteria for the awaited message, in the document's own fields (document
 * 001), and the state in which it is to be seen.
 *
 * Unlike other payloads this one refuses unknown fields: nothing is sent, so they could not be passed on, and a
 * misspelt criterion would let any message prove the delivery.
 */
import { z } from "zod";
import { EVERYBODY } from "../../../delivery/ledger.ts";
import { undefinedForNull } from "../../passes-unchanged.ts";
import { textOrWholeNumber } from "../../parse-payload.ts";
import { platformTime } from "./platform-time.ts";
import type { Filter } from "../../messages.ts";

const STATES = ["delivered", "read", "handled"] as const;
export type AwaitedState = (typeof STATES)[number];

const text = z.string().min(1, "expected a text that is not empty");
/** The document types these as numbers and shows them as text: both are the same here. */
const code = textOrWholeNumber;
const moment = z.string().refine((value) => platformTime(value) !== null, {
  error: "expected a time like 2022-08-05 17:35:00 (Asia/Shanghai) or 2022-08-05T17:35:00+08:00",
});

/** In an optional field `null` counts as absent. */
function optional<T>(field: z.ZodType<T>) {
  return field.nullish().transform(undefinedForNull<T>);
}

export const BODY_CRITERIA = ["head", "title", "content", "project_name"] as const;
const CRITERIA = ["id", "plugin", "notice_type", "recipient_id", ...BODY_CRITERIA, "since"] as const;

export const awaitInput = z
  .strictObject({
    /** The message's own id. */
    id: optional(code),
    /** These two are also sent to the platform, whose lists can be narrowed by them (document 001). */
    plugin: optional(code),
    notice_type: optional(code),
    /** The staff id that the message is for. */
    recipient_id: optional(code),
    /** Fields of `message_body`, compared as a whole. */
    head: optional(text),
    title: optional(text),
    content: optional(text),
    project_name: optional(text),
    /** The message was created at this time or later. Without it an old message proves the delivery too. */
    since: optional(moment),
    state: z.enum(STATES).default("delivered"),
  })
  .refine((input) => CRITERIA.some((criterion) => input[criterion] !== undefined), {
    error: `expected at least one of ${CRITERIA.join(", ")}`,
  });

export type AwaitInput = z.output<typeof awaitInput>;

export function recipientOf({ recipient_id: recipient }: AwaitInput): string {
  return recipient ?? EVERYBODY;
}

/** The criteria by which the platform itself narrows its lists. */
export function filterOf({ plugin, notice_type }: AwaitInput): Filter {
  return {
    ...(plugin === undefined ? {} : { plugin }),
    ...(notice_type === undefined ? {} : { notice_type }),
  };
}
