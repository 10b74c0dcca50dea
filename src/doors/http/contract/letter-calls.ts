/**
 * Dead letters and bulk actions: what operators call.
 */
import { z } from "zod";
import { DEAD_REASONS } from "../../../delivery/record.ts";
import { DEFAULT_RATE_PER_SECOND } from "../../../operations/bulk.ts";
import { letterFilter } from "../../../operations/letter-filter.ts";
import { momentInQuery } from "../../../operations/moment.ts";
import type { AnswerSpec } from "../call.ts";
import * as schemas from "../schemas.ts";
import {
  ONE_BODY,
  SMALL_BODY,
  accountName,
  call,
  cursor,
  id,
  limit,
  none,
  note,
  ok,
  operation,
  optionalNote,
} from "./fields.ts";

const filterInQuery = {
  account: accountName.optional(),
  reason: z.enum(DEAD_REASONS).optional(),
  operation: operation.optional(),
  code: z.string().min(1).max(64).optional(),
  since: momentInQuery.optional(),
  until: momentInQuery.optional(),
};
const started: Record<202, AnswerSpec> = {
  202: {
    description: "The action runs in the background.",
    schema: schemas.action,
    headers: { Location: "Where its progress can be read." },
  },
};
const bulk = {
  filter: letterFilter,
  dryRun: z.boolean().optional().describe("Only count what it would act on."),
  ratePerSecond: z.number().min(0.1).max(1_000).optional().describe(`Default ${DEFAULT_RATE_PER_SECOND}.`),
};

export const letterCalls = {
  listDeadLetters: call({
    name: "listDeadLetters",
    method: "GET",
    path: "/v1/dead-letters",
    summary: "List dead letters",
    role: "operator",
    pathSchema: none,
    query: z.strictObject({ ...filterInQuery, limit, cursor: cursor.optional() }),
    body: z.unknown(),
    answers: ok(schemas.deliveryPage, "A page, the latest first."),
    problems: [404],
  }),
  groupDeadLetters: call({
    name: "groupDeadLetters",
    method: "GET",
    path: "/v1/dead-letters/groups",
    summary: "Count dead letters by account, operation, reason and the platform's code",
    role: "operator",
    pathSchema: none,
    query: z.strictObject(filterInQuery),
    body: z.unknown(),
    answers: ok(schemas.groups, "The groups, the largest first."),
    problems: [404],
  }),
  exportDeadLetters: call({
    name: "exportDeadLetters",
    method: "GET",
    path: "/v1/dead-letters/export",
    summary: "Export dead letters with payload and timeline",
    description: "One JSON object a line. Who exports is written down.",
    role: "operator",
    pathSchema: none,
    query: z.strictObject(filterInQuery),
    body: z.unknown(),
    answers: {
      200: { description: "One dead letter a line.", schema: null, mediaType: "application/x-ndjson" },
    },
    problems: [404],
  }),
  replay: call({
    name: "replay",
    method: "POST",
    path: "/v1/dead-letters/{id}/replay",
    summary: "Replay a dead letter, or edit and replay it",
    description:
      "What may have arrived is asked about first, and only proven absence sends it again. The id stays, " +
      "the generation is one more. With a payload, the original one is kept with the record.",
    role: "operator",
    pathSchema: id,
    query: none,
    body: z
      .strictObject({ payload: z.record(z.string(), z.unknown()).optional(), note: note.optional() })
      .optional(),
    bodyLimitBytes: ONE_BODY,
    answers: ok(schemas.delivery, "It lives again."),
    problems: [404, 409, 413],
  }),
  replayMany: call({
    name: "replayMany",
    method: "POST",
    path: "/v1/dead-letters/replay",
    summary: "Replay all dead letters that fit a filter",
    description: "Letters that die while it runs are not part of it.",
    role: "operator",
    pathSchema: none,
    query: none,
    body: z.strictObject({ ...bulk, note: note.optional() }),
    bodyLimitBytes: SMALL_BODY,
    answers: started,
    problems: [404],
  }),
  discardMany: call({
    name: "discardMany",
    method: "POST",
    path: "/v1/dead-letters/discard",
    summary: "Discard all dead letters that fit a filter",
    role: "operator",
    pathSchema: none,
    query: none,
    body: z.strictObject({ ...bulk, note }),
    bodyLimitBytes: SMALL_BODY,
    answers: started,
    problems: [404],
  }),
  discard: call({
    name: "discard",
    method: "POST",
    path: "/v1/dead-letters/{id}/discard",
    summary: "Discard a dead letter",
    description:
      "It leaves the dead letters and frees its lane. Its record stays, dead, until the retention is over; " +
      "until then it can be replayed after all.",
    role: "operator",
    pathSchema: id,
    query: none,
    body: z.strictObject({ note }),
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.delivery, "It is discarded."),
    problems: [404, 409],
  }),
  listDeadCallbacks: call({
    name: "listDeadCallbacks",
    method: "GET",
    path: "/v1/dead-letters/callbacks",
    summary: "List deliveries whose callback was given up",
    description: "The deliveries themselves are what they are: a callback never changes them.",
    role: "operator",
    pathSchema: none,
    query: z.strictObject({
      account: accountName.optional(),
      since: momentInQuery.optional(),
      until: momentInQuery.optional(),
      limit,
      cursor: cursor.optional(),
    }),
    body: z.unknown(),
    answers: ok(schemas.deadCallbackPage, "A page, the latest given up first."),
    problems: [404],
  }),
  retryCallback: call({
    name: "retryCallback",
    method: "POST",
    path: "/v1/dead-letters/callbacks/{id}/retry",
    summary: "Try a callback that was given up once more",
    description: "At once. If it fails again after the delivery's first day, it is given up again.",
    role: "operator",
    pathSchema: id,
    query: none,
    body: optionalNote,
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.inspectedDelivery, "It is due."),
    problems: [404, 409],
  }),
  showAction: call({
    name: "showAction",
    method: "GET",
    path: "/v1/actions/{id}",
    summary: "Show how far a bulk action has come",
    role: "operator",
    pathSchema: id,
    query: none,
    body: z.unknown(),
    answers: ok(schemas.action, "The action."),
    problems: [404],
  }),
  cancelAction: call({
    name: "cancelAction",
    method: "POST",
    path: "/v1/actions/{id}/cancel",
    summary: "Cancel a bulk action",
    description: "What it has done stays done.",
    role: "operator",
    pathSchema: id,
    query: none,
    body: optionalNote,
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.action, "It is cancelled."),
    problems: [404, 409],
  }),
} as const;
