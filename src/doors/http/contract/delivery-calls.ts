/**
 * Deliveries: what producers call.
 */
import { z } from "zod";
import { filterInQuery } from "../../../operations/filter-fields.ts";
import type { AnswerSpec } from "../call.ts";
import * as schemas from "../schemas.ts";
import {
  BATCH_BODY,
  ONE_BODY,
  SMALL_BODY,
  call,
  cursor,
  id,
  limit,
  none,
  ok,
  optionalNote,
  wholeNumber,
} from "./fields.ts";

export const MOST_IN_A_BATCH = 1_000;
const LONGEST_WAIT_SECONDS = 60;

const include = z
  .string()
  .regex(
    /^(timeline|payload|callback)(,(timeline|payload|callback))*$/,
    "expected timeline, payload, callback, or several with commas",
  )
  .transform((text) => text.split(",") as ("timeline" | "payload" | "callback")[]);
const accepted = (description: string, headers: Record<string, string>): AnswerSpec => ({
  description,
  schema: schemas.accepted,
  headers,
});

export const deliveryCalls = {
  enqueue: call({
    name: "enqueueDelivery",
    tag: "deliveries",
    method: "POST",
    path: "/v1/deliveries",
    summary: "Enqueue a delivery",
    description:
      "The delivery is acknowledged once it is in Redis. The payload has the fields of the platform's own " +
      "document. `null` in an optional field counts as absent. If the answer is lost, repeat the request with the same key: it never becomes two " +
      "deliveries.",
    role: "producer",
    pathSchema: none,
    query: none,
    body: z.unknown(),
    bodyShown: "order",
    headersShown: { "Idempotency-Key": "The same as `key` in the body." },
    bodyLimitBytes: ONE_BODY,
    answers: {
      202: accepted("Acknowledged.", { Location: "The delivery." }),
      200: accepted("The same request was acknowledged before.", {
        Location: "The delivery.",
        "Idempotency-Replayed": "`true`",
      }),
    },
    problems: [404, 413, 422],
  }),
  enqueueBatch: call({
    name: "enqueueDeliveries",
    tag: "deliveries",
    method: "POST",
    path: "/v1/deliveries/batch",
    summary: "Enqueue up to 1000 deliveries",
    description: "One result per item, in the same order. An invalid item does not affect the others.",
    role: "producer",
    pathSchema: none,
    query: none,
    body: z.strictObject({ items: z.array(z.unknown()).min(1).max(MOST_IN_A_BATCH) }),
    bodyShown: "orders",
    bodyLimitBytes: BATCH_BODY,
    refusesItems: true,
    answers: ok(schemas.batchAnswer, "One result per item."),
    problems: [413],
  }),
  inspect: call({
    name: "getDelivery",
    tag: "deliveries",
    method: "GET",
    path: "/v1/deliveries/{id}",
    summary: "Show a delivery",
    role: "reader",
    withheld: { include: "payload", role: "producer" },
    pathSchema: id,
    query: z.strictObject({
      include: include.optional(),
      wait: wholeNumber(0, LONGEST_WAIT_SECONDS)
        .optional()
        .describe("Seconds to wait until the delivery ends."),
    }),
    body: z.unknown(),
    answers: ok(schemas.inspectedDelivery, "The delivery."),
    problems: [404, 409],
  }),
  list: call({
    name: "listDeliveries",
    tag: "deliveries",
    method: "GET",
    path: "/v1/deliveries",
    summary: "List deliveries",
    description:
      "Unfinished deliveries come first, the latest acknowledgement first; then ended ones, the latest end " +
      "first. One call reads at most 1000 records, so a filtered page may be short or empty and still have " +
      "a nextCursor. `key`, `recipient`, and `receipt` (if the platform's id is claimed) are looked up in " +
      "an index. `since` and `until` compare the acknowledgement of unfinished deliveries, and the end of " +
      "the others.",
    role: "reader",
    pathSchema: none,
    query: z.strictObject({
      ...filterInQuery,
      status: schemas.deliveryStatus.optional(),
      limit,
      cursor: cursor.optional(),
    }),
    body: z.unknown(),
    answers: ok(schemas.deliveryPage, "A page."),
    problems: [404],
  }),
  cancel: call({
    name: "cancelDelivery",
    tag: "deliveries",
    method: "POST",
    path: "/v1/deliveries/{id}/cancel",
    summary: "Cancel a delivery that was never sent",
    role: "producer",
    pathSchema: id,
    query: none,
    body: optionalNote,
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.delivery, "It is cancelled."),
    problems: [404, 409],
  }),
} as const;
