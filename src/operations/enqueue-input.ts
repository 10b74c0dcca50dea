/**
 * The request for one delivery (ARCHITECTURE section 8).
 */
import { z } from "zod";
import { readTraceparent } from "../delivery/traceparent.ts";
import { say } from "../language/say.ts";
import { LONGEST_ID, LONGEST_URL } from "./budgets.ts";
import { DURABILITIES } from "./durability.ts";
import { moment } from "./moment.ts";

const shortText = z
  .string()
  .min(1)
  .max(LONGEST_ID)
  .refine((text) => text.isWellFormed(), "expected well-formed text");

const MOMENT = "milliseconds since 1970, or ISO 8601 with a time zone (2026-03-01T08:30:00+08:00)";

export const enqueueInput = z.strictObject({
  account: shortText.describe("The account's name in the configuration of Bida."),
  operation: shortText,
  payload: z.record(z.string(), z.unknown()),
  key: shortText
    .optional()
    .describe(
      "Idempotency key: the same key with the same request is the same delivery; with another request it is refused (keyConflict).",
    ),
  lane: shortText
    .optional()
    .describe(
      "Deliveries of one lane are sent in order. Default: what the payload is about, a todo for example.",
    ),
  sendAt: moment.optional().describe(`Not sent before: ${MOMENT}. Default: at once.`),
  deadline: moment
    .optional()
    .describe(
      `It has ended by then, delivered or not: ${MOMENT}. Default: policy.deadline (24 hours) after it was acknowledged, or after sendAt.`,
    ),
  priority: z
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe("Among those that are due, the lower number is sent first. Default: 0, the first."),
  callbackUrl: z
    .url({ protocol: /^https?$/ })
    .max(LONGEST_URL)
    .optional()
    .describe(
      "Bida posts here when the delivery has ended, signed as Standard Webhooks say (headers webhook-id, webhook-timestamp, webhook-signature). asyncapi.json describes the message.",
    ),
  metadata: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      "Your own data, at most 16 KB. It is kept with the delivery, and comes back with it and in the callback.",
    ),
  traceparent: z
    .string()
    .refine((text) => readTraceparent(text) !== null, {
      error: say("expected a traceparent: 00-<32 hex digits>-<16 hex digits>-01"),
    })
    .optional()
    .describe("The trace that it belongs to (W3C Trace Context); the header of that name does as well."),
  durability: z
    .enum(DURABILITIES)
    .optional()
    .describe(
      "Acknowledged only when it is on Redis' disk (aof) or on a replica. Default: as safe as Redis is configured.",
    ),
});
