/**
 * The contract (DESIGN section 8): every call of the API.
 */
import { z } from "zod";
import { DEAD_REASONS, STATUSES } from "../../delivery/record.ts";
import { DEFAULT_RATE_PER_SECOND } from "../../operations/bulk.ts";
import { enqueueInput, PAYLOAD_LIMIT_BYTES } from "../../operations/enqueue.ts";
import { letterFilter } from "../../operations/letter-filter.ts";
import { momentInQuery } from "../../operations/moment.ts";
import type { AnswerSpec, Call } from "./call.ts";
import * as schemas from "./schemas.ts";

const none = z.strictObject({});
const KIB = 1024;
const SMALL_BODY = 16 * KIB;
const ONE_BODY = PAYLOAD_LIMIT_BYTES + 32 * KIB;
const BATCH_BODY = 32 * KIB * KIB;
export const MOST_IN_A_BATCH = 1_000;
export const LONGEST_WAIT_SECONDS = 60;

const ok = (schema: z.ZodType, description: string): Record<200, AnswerSpec> => ({
  200: { description, schema },
});
const call = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(spec: Call<P, Q, B>) => spec;

const id = z.strictObject({ id: z.string().min(1).max(64) });
const name = z.strictObject({ name: z.string().min(1).max(64) });
const note = z.string().min(1).max(1_000);
const optionalNote = z.strictObject({ note: note.optional() }).optional();
const accountName = z.string().min(1).max(64);
const operation = z.string().min(1).max(64);
const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, "expected a whole number")
    .transform(Number)
    .pipe(z.number().min(least).max(most));
const limit = wholeNumber(1, 500).default(50);
const cursor = z.string().min(1).max(512);
const include = z
  .string()
  .regex(/^(timeline|payload)(,(timeline|payload))*$/, "expected timeline, payload, or both with a comma")
  .transform((text) => text.split(",") as ("timeline" | "payload")[]);
const filterInQuery = {
  account: accountName.optional(),
  reason: z.enum(DEAD_REASONS).optional(),
  operation: operation.optional(),
  code: z.string().min(1).max(64).optional(),
  since: momentInQuery.optional(),
  until: momentInQuery.optional(),
};
const accepted = (description: string, headers: Record<string, string>): AnswerSpec => ({
  description,
  schema: schemas.accepted,
  headers,
});
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

export const calls = {
  enqueue: call({
    name: "enqueue",
    method: "POST",
    path: "/v1/deliveries",
    summary: "Enqueue a delivery",
    description:
      "Acknowledged once it is in Redis. The payload is the platform's own, as its document names the fields. " +
      "Repeat it with the same key when the answer was lost: the same request is never two deliveries.",
    role: "producer",
    pathSchema: none,
    query: none,
    body: z.unknown(),
    bodyShown: enqueueInput,
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
    name: "enqueueBatch",
    method: "POST",
    path: "/v1/deliveries/batch",
    summary: "Enqueue up to 1000 deliveries",
    description: "One result an item, in order; a wrong item does not spoil the others.",
    role: "producer",
    pathSchema: none,
    query: none,
    body: z.strictObject({ items: z.array(z.unknown()).min(1).max(MOST_IN_A_BATCH) }),
    bodyShown: z.strictObject({ items: z.array(enqueueInput).min(1).max(MOST_IN_A_BATCH) }),
    bodyLimitBytes: BATCH_BODY,
    answers: ok(schemas.batchAnswer, "One result an item."),
    problems: [413],
  }),
  inspect: call({
    name: "inspect",
    method: "GET",
    path: "/v1/deliveries/{id}",
    summary: "Show a delivery",
    role: "producer",
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
    name: "list",
    method: "GET",
    path: "/v1/deliveries",
    summary: "List deliveries",
    description:
      "Unfinished ones first, by their acknowledgement, then ended ones by their end; the latest first. " +
      "One call looks at no more than 1000 records, so with `operation` or `recipient` a page may be short, " +
      "or empty, and still have a nextCursor. `key` is looked up directly.",
    role: "producer",
    pathSchema: none,
    query: z.strictObject({
      account: accountName.optional(),
      status: z.enum(STATUSES).optional(),
      operation: operation.optional(),
      reason: z.enum(DEAD_REASONS).optional(),
      key: z.string().min(1).max(200).optional(),
      recipient: z.string().min(1).max(200).optional(),
      limit,
      cursor: cursor.optional(),
    }),
    body: z.unknown(),
    answers: ok(schemas.deliveryPage, "A page."),
    problems: [404],
  }),
  cancel: call({
    name: "cancel",
    method: "POST",
    path: "/v1/deliveries/{id}/cancel",
    summary: "Cancel a delivery of which nothing was sent yet",
    role: "producer",
    pathSchema: id,
    query: none,
    body: optionalNote,
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.delivery, "It is cancelled."),
    problems: [404, 409],
  }),
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
  listAccounts: call({
    name: "listAccounts",
    method: "GET",
    path: "/v1/accounts",
    summary: "Show how the accounts are doing",
    role: "operator",
    pathSchema: none,
    query: none,
    body: z.unknown(),
    answers: ok(schemas.accountList, "All accounts."),
    problems: [],
  }),
  pauseAccount: call({
    name: "pauseAccount",
    method: "POST",
    path: "/v1/accounts/{name}/pause",
    summary: "Pause an account",
    description: "It goes on accepting deliveries, and sends and asks nothing.",
    role: "operator",
    pathSchema: name,
    query: none,
    body: optionalNote,
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.account, "It is paused."),
    problems: [404],
  }),
  resumeAccount: call({
    name: "resumeAccount",
    method: "POST",
    path: "/v1/accounts/{name}/resume",
    summary: "Resume an account",
    role: "operator",
    pathSchema: name,
    query: none,
    body: optionalNote,
    bodyLimitBytes: SMALL_BODY,
    answers: ok(schemas.account, "It runs again."),
    problems: [404],
  }),
  readAudit: call({
    name: "readAudit",
    method: "GET",
    path: "/v1/audit",
    summary: "Show who did what",
    role: "operator",
    pathSchema: none,
    query: z.strictObject({ limit }),
    body: z.unknown(),
    answers: ok(schemas.audit, "The latest first."),
    problems: [],
  }),
  live: call({
    name: "live",
    method: "GET",
    path: "/livez",
    summary: "Whether the process lives",
    role: "public",
    pathSchema: none,
    query: z.unknown(),
    body: z.unknown(),
    answers: ok(schemas.health, "It lives."),
    problems: [],
  }),
  ready: call({
    name: "ready",
    method: "GET",
    path: "/readyz",
    summary: "Whether it can serve: Redis answers",
    role: "public",
    pathSchema: none,
    query: z.unknown(),
    body: z.unknown(),
    answers: {
      ...ok(schemas.health, "It can."),
      503: { description: "It cannot.", schema: schemas.health },
    },
    problems: [],
  }),
  metrics: call({
    name: "metrics",
    method: "GET",
    path: "/metrics",
    summary: "Metrics, as Prometheus reads them",
    role: "operator",
    pathSchema: none,
    query: z.unknown(),
    body: z.unknown(),
    answers: {
      200: { description: "Metrics.", schema: null, mediaType: "text/plain; version=0.0.4; charset=utf-8" },
    },
    problems: [],
  }),
} as const;

export const contract: readonly Call[] = Object.values(calls);
