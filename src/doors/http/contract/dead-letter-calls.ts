/**
 * Dead letters and bulk actions: what operators call.
 */
import { z } from "zod";
import { DEFAULT_QUESTIONS_PER_SECOND, DEFAULT_RATE_PER_SECOND } from "../../../operations/bulk.ts";
import { deadLetterFilter } from "../../../operations/dead-letter-filter.ts";
import { deadReason, filterInQuery } from "../../../operations/filter-fields.ts";
import { moment, momentInQuery } from "../../../operations/moment.ts";
import type { AnswerSpec } from "../call.ts";
import * as schemas from "../schemas.ts";
import {
  ONE_BODY,
  exportFormat,
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

const started: Record<202, AnswerSpec> = {
  202: {
    description: "The action runs in the background.",
    schema: schemas.action,
    headers: { Location: "The address of its progress." },
  },
};
const bulk = {
  filter: deadLetterFilter,
  dryRun: z.boolean().optional().describe("Only count what it would act on."),
  ratePerSecond: z.number().min(0.1).max(1_000).optional().describe(`Default ${DEFAULT_RATE_PER_SECOND}.`),
};

export const deadLetterCalls = {
  listDeadLetters: call({
    name: "listDeadLetters",
    tag: "dead letters",
    method: "GET",
    path: "/v1/dead-letters",
    summary: "List dead letters",
    role: "reader",
    pathSchema: none,
    query: z.strictObject({ ...filterInQuery, limit, cursor: cursor.optional() }),
    body: z.unknown(),
    answers: ok(schemas.deliveryPage, "A page, the latest first."),
    problems: [404],
  }),
  groupDeadLetters: call({
    name: "groupDeadLetters",
    tag: "dead letters",
    method: "GET",
    path: "/v1/dead-letters/groups",
    summary: "Count dead letters by account, operation, reason and platform code",
    role: "reader",
    pathSchema: none,
    query: z.strictObject({ ...filterInQuery, include: z.literal("details").optional() }),
    body: z.unknown(),
    answers: ok(schemas.groups, "The groups, the largest first."),
    problems: [404],
  }),
  exportDeadLetters: call({
    name: "exportDeadLetters",
    tag: "dead letters",
    method: "GET",
    path: "/v1/dead-letters/export",
    summary: "Export dead letters with payload and timeline",
    description: "One JSON object per line, or one line of CSV without the timeline. The export is audited.",
    role: "operator",
    pathSchema: none,
    query: z.strictObject({ ...filterInQuery, format: exportFormat }),
    body: z.unknown(),
    answers: {
      200: { description: "One dead letter per line.", schema: null, mediaType: "application/x-ndjson" },
    },
    problems: [404],
  }),
  replay: call({
    name: "replayDeadLetter",
    tag: "dead letters",
    method: "POST",
    path: "/v1/dead-letters/{id}/replay",
    summary: "Replay a dead letter, or edit and replay it",
    description:
      "If it may have arrived, the platform is asked first, and only proven absence sends it again. The id " +
      "stays, and the generation rises by one. If a payload is given, the original one is kept with the " +
      "record.",
    role: "operator",
    pathSchema: id,
    query: none,
    body: z
      .strictObject({ payload: z.record(z.string(), z.unknown()).optional(), note: note.optional() })
      .optional(),
    bodyLimitBytes: ONE_BODY,
    answers: ok(schemas.delivery, "The delivery, which is unfinished again."),
    problems: [404, 409, 413],
  }),
  replayMany: call({
    name: "replayDeadLetters",
    tag: "dead letters",
    method: "POST",
    path: "/v1/dead-letters/replay",
    summary: "Replay all dead letters that match a filter",
    description: "Deliveries that die while the action runs are not part of it.",
    role: "operator",
    pathSchema: none,
    query: none,
    body: z.strictObject({ ...bulk, note: note.optional() }),
    bodyLimitBytes: SMALL_BODY,
    answers: started,
    problems: [404],
  }),
  editMany: call({
    name: "editDeadLetters",
    tag: "dead letters",
    method: "POST",
    path: "/v1/dead-letters/edit",
    summary: "Edit one field of all dead letters that match a filter, and replay them",
    description:
      "The field is set to `value`, or `find` is replaced by `replaceWith` in its text. A dry run sends " +
      "nothing: it shows the first few results, counts, and lists the payloads that would no longer " +
      "validate. Those are left unchanged.",
    role: "operator",
    pathSchema: none,
    query: none,
    body: z
      .strictObject({
        ...bulk,
        field: z.string().regex(/^\//, "expected a JSON pointer: /title").max(300),
        value: z.unknown().optional(),
        find: z.string().min(1).max(2_000).optional(),
        replaceWith: z.string().max(2_000).optional(),
        note,
      })
      .refine(
        ({ value, find, replaceWith }) =>
          (value === undefined) !== (find === undefined) &&
          (find === undefined) === (replaceWith === undefined),
        "expected either value, or find and replaceWith",
      ),
    bodyLimitBytes: SMALL_BODY,
    answers: { 202: { ...started[202], schema: schemas.startedEdit } },
    problems: [404],
  }),
  verify: call({
    name: "verifyDeadLetter",
    tag: "dead letters",
    method: "POST",
    path: "/v1/dead-letters/{id}/verify",
    summary: "Check whether a dead letter is on the platform after all",
    description:
      "Nothing is sent. With the id of an item that a person has found on the platform, only that item is " +
      "asked about, and it is claimed. An item that is shown with other values than were sent is accepted " +
      "only with `takesAltered`.",
    role: "operator",
    pathSchema: id,
    query: none,
    body: z
      .strictObject({
        receipt: z
          .string()
          .min(1)
          .max(200)
          .optional()
          .describe("The platform's id, for example a workId, for operations that can be looked up by one."),
        takesAltered: z.boolean().optional(),
        note: note.optional(),
      })
      .optional(),
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.verified, "What the platform showed."),
    problems: [404, 409],
  }),
  verifyMany: call({
    name: "verifyDeadLetters",
    tag: "dead letters",
    method: "POST",
    path: "/v1/dead-letters/verify",
    summary: "Ask the platform about all dead letters that match a filter",
    description:
      "Nothing is sent. Deliveries that the platform shows are confirmed; the others are listed as failed " +
      "items of the action.",
    role: "operator",
    pathSchema: none,
    query: none,
    body: z.strictObject({
      ...bulk,
      ratePerSecond: z
        .number()
        .min(0.1)
        .max(100)
        .optional()
        .describe(`Questions a second; default ${DEFAULT_QUESTIONS_PER_SECOND}.`),
      note: note.optional(),
    }),
    bodyLimitBytes: SMALL_BODY,
    answers: started,
    problems: [404],
  }),
  restore: call({
    name: "restoreDeadLetter",
    tag: "dead letters",
    method: "POST",
    path: "/v1/dead-letters/{id}/restore",
    summary: "Restore a discarded delivery, within 24 hours",
    description:
      "It is a dead letter again. It no longer holds its lane: a replay goes to the end of the lane.",
    role: "operator",
    pathSchema: id,
    query: none,
    body: optionalNote,
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.restored, "It is dead again."),
    problems: [404, 409],
  }),
  markGroup: call({
    name: "markDeadLetterGroup",
    tag: "dead letters",
    method: "POST",
    path: "/v1/dead-letters/groups/mark",
    summary: "Acknowledge, assign or snooze a group, or write a note on it",
    description: "Fields that are not given stay as they are; null removes them.",
    role: "operator",
    pathSchema: none,
    query: none,
    body: z.strictObject({
      account: accountName,
      operation,
      reason: deadReason.nullable(),
      code: z.string().min(1).max(64).nullable(),
      acknowledged: z.boolean().optional(),
      assignee: z.string().min(1).max(100).nullable().optional(),
      snoozedUntil: moment.nullable().optional(),
      note: note.nullable().optional(),
    }),
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.markedGroup, "The marks of the group."),
    problems: [404],
  }),
  forgetRecipient: call({
    name: "forgetRecipient",
    tag: "dead letters",
    method: "POST",
    path: "/v1/recipients/forget",
    summary: "Erase the ended deliveries of one recipient",
    description:
      "Erases payload, metadata, timeline and recipients of every ended delivery that names the recipient, " +
      "dead letters included. Unfinished deliveries are listed as failed: repeat the call later. The " +
      "digest of the idempotency key stays, so the same order is not delivered twice.",
    role: "admin",
    pathSchema: none,
    query: none,
    body: z.strictObject({
      recipient: z.string().min(1).max(200),
      account: accountName.optional(),
      dryRun: z.boolean().optional().describe("Only count what it would erase."),
      note,
    }),
    bodyLimitBytes: SMALL_BODY,
    answers: started,
    problems: [404],
  }),
  discardMany: call({
    name: "discardDeadLetters",
    tag: "dead letters",
    method: "POST",
    path: "/v1/dead-letters/discard",
    summary: "Discard all dead letters that match a filter",
    role: "operator",
    pathSchema: none,
    query: none,
    body: z.strictObject({ ...bulk, note }),
    bodyLimitBytes: SMALL_BODY,
    answers: started,
    problems: [404],
  }),
  discard: call({
    name: "discardDeadLetter",
    tag: "dead letters",
    method: "POST",
    path: "/v1/dead-letters/{id}/discard",
    summary: "Discard a dead letter",
    description:
      "It leaves the dead letters and frees its lane. The discarded record is kept until the retention is " +
      "over. Until then it can still be replayed, and for 24 hours the discard can be taken back.",
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
    tag: "dead letters",
    method: "GET",
    path: "/v1/dead-letters/callbacks",
    summary: "List callbacks that were given up",
    description: "A callback never changes its delivery.",
    role: "reader",
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
    tag: "dead letters",
    method: "POST",
    path: "/v1/dead-letters/callbacks/{id}/retry",
    summary: "Retry a callback that was given up",
    description:
      "It is tried at once. If it fails, and a day has passed since the delivery ended, it is given up " +
      "again.",
    role: "operator",
    pathSchema: id,
    query: none,
    body: optionalNote,
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.inspectedDelivery, "The delivery, with its callback due now."),
    problems: [404, 409],
  }),
  listActions: call({
    name: "listActions",
    tag: "actions",
    method: "GET",
    path: "/v1/actions",
    summary: "List bulk actions",
    description: "Actions that run, and those that ended within the last seven days, the latest first.",
    role: "viewer",
    pathSchema: none,
    query: z.strictObject({ limit, cursor: cursor.optional() }),
    body: z.unknown(),
    answers: ok(schemas.actionPage, "A page."),
    problems: [],
  }),
  showAction: call({
    name: "getAction",
    tag: "actions",
    method: "GET",
    path: "/v1/actions/{id}",
    summary: "Show the progress of a bulk action",
    role: "viewer",
    pathSchema: id,
    query: none,
    body: z.unknown(),
    answers: ok(schemas.action, "The action."),
    problems: [404],
  }),
  listFailedItems: call({
    name: "listFailedItems",
    tag: "actions",
    method: "GET",
    path: "/v1/actions/{id}/failed",
    summary: "List what failed in a bulk action, and why",
    description: "The first ten thousand, in the order in which they failed.",
    role: "viewer",
    pathSchema: id,
    query: z.strictObject({ limit, cursor: cursor.optional() }),
    body: z.unknown(),
    answers: ok(schemas.failedItemPage, "A page."),
    problems: [404],
  }),
  repeatFailed: call({
    name: "repeatFailedItems",
    tag: "actions",
    method: "POST",
    path: "/v1/actions/{id}/repeat",
    summary: "Repeat a bulk action for the items that failed",
    role: "operator",
    pathSchema: id,
    query: none,
    body: z.strictObject({ note }),
    bodyLimitBytes: SMALL_BODY,
    answers: started,
    problems: [404, 409],
  }),
  changeRate: call({
    name: "changeActionRate",
    tag: "actions",
    method: "POST",
    path: "/v1/actions/{id}/rate",
    summary: "Change the rate of a bulk action",
    role: "operator",
    pathSchema: id,
    query: none,
    body: z.strictObject({ ratePerSecond: z.number().min(0.1).max(1_000), note: note.optional() }),
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.action, "The new rate applies from the next round on."),
    problems: [404, 409],
  }),
  cancelAction: call({
    name: "cancelAction",
    tag: "actions",
    method: "POST",
    path: "/v1/actions/{id}/cancel",
    summary: "Cancel a bulk action",
    description: "What it has already done stays done.",
    role: "operator",
    pathSchema: id,
    query: none,
    body: optionalNote,
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.action, "It is cancelled."),
    problems: [404, 409],
  }),
} as const;
