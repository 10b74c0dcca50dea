/**
 * The request for one delivery (ARCHITECTURE section 8).
 */
import { z } from "zod";
import { readTraceparent } from "../delivery/traceparent.ts";
import { say } from "../language/say.ts";
import { LONGEST_ID } from "./budgets.ts";
import { DURABILITIES } from "./durability.ts";
import { moment } from "./moment.ts";

const shortText = z
  .string()
  .min(1)
  .max(LONGEST_ID)
  .refine((text) => text.isWellFormed(), "expected well-formed text");

export const enqueueInput = z.strictObject({
  account: shortText,
  operation: shortText,
  payload: z.record(z.string(), z.unknown()),
  /** Idempotency key: the same key with the same request is the same delivery. */
  key: shortText.optional(),
  /** Overrides the entity whose deliveries are kept in order. */
  lane: shortText.optional(),
  sendAt: moment.optional(),
  /** Default: `policy.deadline` after acknowledgement, or after `sendAt`. */
  deadline: moment.optional(),
  /** 0 goes first, and is the default. */
  priority: z.number().int().min(0).max(1_000_000).optional(),
  callbackUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  /** The trace that it belongs to (W3C Trace Context). Over HTTP the header `traceparent` may be used instead. */
  traceparent: z
    .string()
    .refine((text) => readTraceparent(text) !== null, {
      error: say("expected a traceparent: 00-<32 hex digits>-<16 hex digits>-01"),
    })
    .optional(),
  /** The answer waits until the record is that durable. Default: as Redis is configured. */
  durability: z.enum(DURABILITIES).optional(),
});
