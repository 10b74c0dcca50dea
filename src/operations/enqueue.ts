/**
 * Enqueues deliveries: validate, acknowledge, wake a worker (ARCHITECTURE section 5, "Accept").
 *
 * Bad input changes nothing and names every wrong field. Once the record is in Redis the delivery is
 * acknowledged: a worker that could not be woken looks by itself within a second.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { z } from "zod";
import { messageOf } from "../delivery/error-words.ts";
import { say } from "../language/say.ts";
import type { Channel, OperationSpec } from "../platforms/channel.ts";
import { operationOf } from "../platforms/operation.ts";
import { readTraceparent } from "../delivery/traceparent.ts";
import { claimDigest, keyHash } from "../delivery/idempotency.ts";
import { parsePayload } from "../platforms/parse-payload.ts";
import { deliveryId } from "../delivery/ids.ts";
import { openLedger } from "../delivery/ledger.ts";
import type { Policy } from "../delivery/policy.ts";
import { newState, type DeliveryRequest } from "../delivery/record.ts";
import {
  EARLIEST_SEND_MS,
  LATEST_SEND_MS,
  largerThan,
  LONGEST_ID,
  LONGEST_LIFE_MS,
  METADATA_LIMIT_BYTES,
  PAYLOAD_LIMIT_BYTES,
  tooMuchAsked,
  unfitId,
} from "./budgets.ts";
import { DURABILITIES, type DurableRecords, type Durability } from "./durability.ts";
import { exactObject } from "./exact-object.ts";
import { fieldErrors, MOST_ERRORS, type FieldError } from "./field-errors.ts";
import { laneOf } from "./lane-of.ts";
import { moment } from "./moment.ts";
import type { Acceptance, Acknowledgements, NewDelivery, Wakeup } from "./ports.ts";
import { plainRequest } from "./plain-request.ts";
import { misplacedReference, NamedLanes } from "./references.ts";
import { repeatedKey, type RepeatedKey } from "./repeated-key.ts";

const shortText = z
  .string()
  .min(1)
  .max(LONGEST_ID)
  .refine((text) => text.isWellFormed(), "expected well-formed text");

/** One delivery as a producer asks for it (ARCHITECTURE section 8). */
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
  /** 0 is served first; the default. */
  priority: z.number().int().min(0).max(1_000_000).optional(),
  callbackUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  /** The trace that it belongs to (W3C Trace Context). Over HTTP the header of that name does as well. */
  traceparent: z
    .string()
    .refine((text) => readTraceparent(text) !== null, {
      error: say("expected a traceparent: 00-<32 hex digits>-<16 hex digits>-01"),
    })
    .optional(),
  /** Answered only once it is that safe. Without it, as safe as Redis is configured. */
  durability: z.enum(DURABILITIES).optional(),
});

export type EnqueueInput = z.input<typeof enqueueInput>;
type Asked = z.output<typeof enqueueInput>;

export type EnqueueResult =
  | { readonly kind: "created"; readonly id: string }
  | RepeatedKey
  | { readonly kind: "invalid"; readonly errors: readonly FieldError[] }
  | { readonly kind: "unknownAccount"; readonly account: string }
  /** The account's backlog has reached its limit. */
  | { readonly kind: "full" }
  /** It is acknowledged, and not known to be as durable as was asked for. Safe to repeat with the same key. */
  | { readonly kind: "notDurable"; readonly id: string; readonly result: "created" | "existing" }
  /** Redis did not take it: the delivery is not acknowledged. Safe to repeat with the same key. */
  | { readonly kind: "unavailable"; readonly detail: string };

export interface EnqueueAccount {
  readonly channels: readonly Channel[];
  readonly records: Pick<Acknowledgements, "accept" | "claimed" | "payload" | "referenced">;
  readonly durable: DurableRecords;
  readonly wakeup: Wakeup;
  readonly policy: Policy;
  readonly mostUnfinished: number;
}

export interface EnqueueContext {
  readonly accounts: ReadonlyMap<string, EnqueueAccount>;
  /** Why a callback may not go there, in words for the producer; null if it may. */
  readonly callbackRefusal: (url: string) => string | null;
  readonly now: () => number;
  /** Called where traces are wanted, for a delivery that has just been acknowledged for the first time. */
  readonly onAcknowledged?: (request: DeliveryRequest, durationMs: number) => void;
  /** No worker could be woken: each looks by itself within a second. */
  readonly onWakeupFailed: (error: unknown) => void;
}

/** Enqueues one delivery. Never rejects for bad input or a missing Redis: those are results. */
export async function enqueue(input: unknown, context: EnqueueContext): Promise<EnqueueResult> {
  const asked = draft(input, context);
  const placed =
    asked.kind === "draft" && asked.of !== null ? await inItsLane(asked, new NamedLanes()) : asked;
  const item = placed.kind === "draft" ? await ifPromisable(placed) : placed;
  if (item.kind !== "draft") return item;
  const { result, sleeping } = await acknowledge(item, context);
  // The ring is not awaited: what is acknowledged is in Redis, and a ring that fails costs a second.
  sleeping?.wakeup.ring().catch(context.onWakeupFailed);
  return item.durability === null ? result : asDurable(result, item);
}

/** While Redis works on one chunk of a batch, the next one is being prepared. */
const CHUNK = 50;

/** Bytes of payload that are validated in one turn of the event loop, so that health checks are answered in between. */
const TURN_BYTES = 128 * 1024;

/** Enqueues many; there is one answer for each item, in their order. They travel to Redis together. */
export async function enqueueBatch(
  inputs: readonly unknown[],
  context: EnqueueContext,
): Promise<EnqueueResult[]> {
  const chunks: Promise<EnqueueResult[]>[] = [];
  const lanes = new NamedLanes();
  for (let at = 0; at < inputs.length; at += CHUNK) {
    if (at > 0) await nextTurn();
    const drafts = await draftsOf(inputs.slice(at, at + CHUNK), context);
    // In the order of the items: one that waits for its lane here delays those behind it.
    const chunk = enqueueChunk(await promisable(await inTheirLanes(drafts, lanes)), context);
    // Its error is handled below, once all have begun. Without this, a rejection before then would end the
    // process.
    chunk.catch(() => undefined);
    chunks.push(chunk);
  }
  return (await Promise.all(chunks)).flat();
}

/** A refused item may have been as large as an item can be. */
const REFUSED_COSTS = 16 * 1024;

/** Validates one after the other, and yields to the event loop in between. */
async function draftsOf(
  inputs: readonly unknown[],
  context: EnqueueContext,
): Promise<(Draft | EnqueueResult)[]> {
  const drafts: (Draft | EnqueueResult)[] = [];
  let bytes = 0;
  for (const input of inputs) {
    const item = draft(input, context);
    drafts.push(item);
    bytes += item.kind === "draft" ? item.delivery.payloadText.length : REFUSED_COSTS;
    if (bytes <= TURN_BYTES) continue;
    bytes = 0;
    await nextTurn();
  }
  return drafts;
}

async function enqueueChunk(
  drafts: readonly (Draft | EnqueueResult)[],
  context: EnqueueContext,
): Promise<EnqueueResult[]> {
  const acknowledged = await Promise.all(
    drafts.map(async (item) =>
      item.kind === "draft" ? acknowledge(item, context) : { result: item, sleeping: null },
    ),
  );
  const sleeping = new Set(acknowledged.map((item) => item.sleeping).filter((account) => account !== null));
  for (const { wakeup } of sleeping) wakeup.ring().catch(context.onWakeupFailed);
  return Promise.all(acknowledged.map(async ({ result }, index) => asDurable(result, drafts[index])));
}

/** What this Redis cannot promise is refused before anything is written; the others keep their order. */
async function promisable(drafts: readonly (Draft | EnqueueResult)[]): Promise<(Draft | EnqueueResult)[]> {
  const placed: (Draft | EnqueueResult)[] = [];
  for (const item of drafts) {
    placed.push(item.kind === "draft" ? await ifPromisable(item) : item);
  }
  return placed;
}

async function ifPromisable(item: Draft): Promise<Draft | EnqueueResult> {
  const { durability } = item;
  if (durability === null) return item;
  try {
    const detail = await item.account.durable.refusal(durability);
    return detail === null ? item : invalid([{ pointer: "/durability", detail }]);
  } catch (error) {
    return { kind: "unavailable", detail: messageOf(error) };
  }
}

/** Waits until what was acknowledged, now or before, is as safe as its producer asks. Workers may already have begun with it. */
async function asDurable(
  result: EnqueueResult,
  item: Draft | EnqueueResult | undefined,
): Promise<EnqueueResult> {
  if (item?.kind !== "draft" || item.durability === null) return result;
  if (result.kind !== "created" && result.kind !== "existing") return result;
  const { id, kind } = result;
  switch (await item.account.durable.reached(id, item.durability)) {
    case "reached":
      return result;
    case "late":
      return { kind: "notDurable", id, result: kind };
    case "gone":
      return { kind: "unavailable", detail: "Redis has lost it again, in a failover" };
  }
}

/** An order that names another delivery goes into that delivery's lane, unless the producer names a lane. */
async function inTheirLanes(
  drafts: readonly (Draft | EnqueueResult)[],
  lanes: NamedLanes,
): Promise<(Draft | EnqueueResult)[]> {
  const placed: (Draft | EnqueueResult)[] = [];
  for (const item of drafts) {
    const done = item.kind === "draft" ? await inItsLane(item, lanes) : item;
    placed.push(done);
    if (done.kind !== "draft") continue;
    const { account, key, lane } = done.delivery.request;
    if (key !== null) lanes.add({ account, key }, lane);
  }
  return placed;
}

async function inItsLane(item: Draft, lanes: NamedLanes): Promise<Draft | EnqueueResult> {
  const { of, account, delivery } = item;
  if (of === null) return item;
  const { request } = delivery;
  try {
    const named = await lanes.find({ account: request.account, key: of }, account.records);
    return named === null
      ? item
      : { ...item, delivery: { ...delivery, request: { ...request, lane: named.lane } } };
  } catch (error) {
    return { kind: "unavailable", detail: messageOf(error) };
  }
}

interface Draft {
  readonly kind: "draft";
  /** The key of the delivery whose lane it goes into; null where its own is known. */
  readonly of: string | null;
  readonly account: EnqueueAccount;
  readonly delivery: NewDelivery;
  /** How safe it must be; null: as Redis is configured. */
  readonly durability: Durability | null;
  /** Why it may not be created now. If its key was used before, it is the same delivery all the same. */
  readonly tooLate: readonly FieldError[];
}

function draft(input: unknown, context: EnqueueContext): Draft | EnqueueResult {
  const tooMuch = tooMuchAsked(input);
  if (tooMuch !== null) return { kind: "invalid", errors: [tooMuch] };
  const asked = plainRequest(input) ?? askedBySchema(input);
  if (asked instanceof z.ZodError) return invalid(allErrors(input, asked, context));
  const account = context.accounts.get(asked.account);
  if (account === undefined) return { kind: "unknownAccount", account: asked.account };
  const spec = operationOf(account.channels, asked.operation)?.spec ?? null;
  if (spec === null) return invalid([unknownOperation(account.channels)]);
  return draftFor(asked, { spec, account }, context);
}

function askedBySchema(input: unknown): Asked | z.ZodError {
  const asked = parsePayload(enqueueInput, input);
  return asked.success ? given(input, asked.data) : asked.error;
}

/** Validation copies objects, but the producer's own text is known only for the objects that came in. */
function given(input: unknown, asked: Asked): Asked {
  const { payload = asked.payload, metadata = asked.metadata } = input as Partial<Asked>;
  return metadata === undefined ? { ...asked, payload } : { ...asked, payload, metadata };
}

function draftFor(
  asked: Asked,
  { spec, account }: { readonly spec: OperationSpec<unknown>; readonly account: EnqueueAccount },
  context: EnqueueContext,
): Draft | EnqueueResult {
  const payload = exactObject(asked.payload, "/payload");
  const metadata = asked.metadata === undefined ? null : exactObject(asked.metadata, "/metadata");
  if (payload.kind === "refused" || metadata?.kind === "refused") {
    return invalid([payload, metadata].flatMap((each) => (each?.kind === "refused" ? each.faults : [])));
  }
  const parsed = parsePayload(spec.input, payload.value);
  const now = context.now();
  const deadlineAt = asked.deadline ?? Math.max(now, asked.sendAt ?? 0) + account.policy.deadlineMs;
  const wrong = [
    ...(parsed.success ? unfit(parsed.data, asked, spec) : fieldErrors(parsed.error, ["payload"])),
  ];
  wrong.push(...misplacedReference(spec, asked.payload, asked.key ?? null));
  const large = largerThan(payload.text, {
    pointer: "/payload",
    limitBytes: spec.payloadLimitBytes ?? PAYLOAD_LIMIT_BYTES,
  });
  if (large !== null) wrong.push(large);
  const largeBeside = largerThan(metadata?.text ?? null, {
    pointer: "/metadata",
    limitBytes: METADATA_LIMIT_BYTES,
  });
  if (largeBeside !== null) wrong.push(largeBeside);
  const tooLate = refusedNow(asked, { now, deadlineAt }, context);
  if (!parsed.success || wrong.length > 0 || (tooLate.length > 0 && asked.key === undefined)) {
    return invalid([...wrong, ...tooLate]);
  }

  const request: DeliveryRequest = {
    id: deliveryId(now),
    account: asked.account,
    operation: asked.operation,
    key: asked.key ?? null,
    lane: laneOf(spec, parsed.data, {
      named: asked.lane,
      operation: asked.operation,
      key: asked.key ?? null,
    }),
    priority: asked.priority ?? 0,
    createdAt: now,
    notBefore: asked.sendAt ?? null,
    deadlineAt,
    callbackUrl: asked.callbackUrl ?? null,
    metadata: metadata?.text ?? null,
    traceparent: asked.traceparent ?? null,
  };
  const state = newState(openLedger(spec.recipients(parsed.data)), asked.sendAt ?? now);
  const claim =
    asked.key === undefined
      ? null
      : claimOf(asked.key, {
          ...asked,
          payload: payload.value,
          ...(metadata === null ? {} : { metadata: metadata.value }),
        });
  const of = asked.lane === undefined ? (spec.refersTo?.(parsed.data) ?? null) : null;
  return {
    kind: "draft",
    of,
    account,
    delivery: { request, payloadText: payload.text, state, claim },
    durability: asked.durability ?? null,
    tooLate,
  };
}

function invalid(errors: readonly FieldError[]): EnqueueResult {
  return { kind: "invalid", errors: errors.slice(0, MOST_ERRORS) };
}

/** Ids in the payload: they become names in Redis and are shown in every list. */
function unfit(parsed: unknown, { key }: Asked, spec: OperationSpec<unknown>): FieldError[] {
  const entity = spec.entity(parsed, key ?? null);
  const errors: FieldError[] = [];
  const tell = (error: FieldError | null): void => {
    if (error !== null && errors.length < MOST_ERRORS) errors.push(error);
  };
  if (entity !== null) tell(unfitId(entity, "the id of what is kept in order"));
  for (const recipient of spec.recipients(parsed)) tell(unfitId(recipient, "a recipient"));
  return errors;
}

/** Faults that depend on the time or the configuration, not on the order alone. */
function refusedNow(
  { callbackUrl, sendAt }: Asked,
  { now, deadlineAt }: { readonly now: number; readonly deadlineAt: number },
  context: EnqueueContext,
): FieldError[] {
  const refusal = callbackUrl === undefined ? null : context.callbackRefusal(callbackUrl);
  return [
    ...(refusal === null ? [] : [{ pointer: "/callbackUrl", detail: refusal }]),
    ...unfitTimes(sendAt, { now, deadlineAt }),
  ];
}

/** A request with a wrong field may have a wrong payload too: all errors are reported at once. */
function allErrors(input: unknown, error: z.ZodError, { accounts }: EnqueueContext): FieldError[] {
  const errors = fieldErrors(error);
  const around = z.looseObject({ account: z.string(), operation: z.string(), payload: z.unknown() });
  const asked = around.safeParse(input);
  const account = asked.success ? accounts.get(asked.data.account) : undefined;
  if (!asked.success || account === undefined) return errors;
  const spec = operationOf(account.channels, asked.data.operation)?.spec ?? null;
  if (spec === null) return [...errors, unknownOperation(account.channels)];
  if (errors.some(({ pointer }) => pointer.startsWith("/payload"))) return errors;
  const payload = parsePayload(spec.input, asked.data.payload);
  return payload.success ? errors : [...errors, ...fieldErrors(payload.error, ["payload"])];
}

/** Only from what the producer gave: if a default changes, the request is still the same. */
function claimOf(key: string, asked: Asked): NewDelivery["claim"] {
  const { operation, payload, lane = null, sendAt = null } = asked;
  const { callbackUrl = null, deadline = null, metadata = null, priority = 0 } = asked;
  const digest = claimDigest({ operation, payload, lane, sendAt, callbackUrl, deadline, metadata, priority });
  return { hash: keyHash(key), digest };
}

interface Acknowledged {
  readonly result: EnqueueResult;
  /** The account to wake: its workers sleep, and this delivery is due. */
  readonly sleeping: EnqueueAccount | null;
}

async function acknowledge(
  { account, delivery, tooLate }: Draft,
  { onAcknowledged }: EnqueueContext,
): Promise<Acknowledged> {
  const { records, mostUnfinished } = account;
  const startedAt = onAcknowledged === undefined ? 0 : performance.now();
  try {
    const acceptance =
      tooLate.length === 0 || delivery.claim === null
        ? await records.accept(delivery, mostUnfinished)
        : await records.claimed(delivery.claim.hash);
    if (acceptance === null) return { result: { kind: "invalid", errors: tooLate }, sleeping: null };
    if (acceptance.kind === "created")
      onAcknowledged?.({ ...delivery.request, id: acceptance.id }, performance.now() - startedAt);
    return acceptance.kind === "claimed"
      ? { result: await existing(acceptance, account, delivery), sleeping: null }
      : acknowledgedBy(acceptance, account);
  } catch (error) {
    const detail = messageOf(error);
    return { result: { kind: "unavailable", detail }, sleeping: null };
  }
}

async function existing(
  claimed: Extract<Acceptance, { kind: "claimed" }>,
  { records }: EnqueueAccount,
  { payloadText, claim }: NewDelivery,
): Promise<RepeatedKey> {
  return repeatedKey(claimed, { payloadText, digest: claim?.digest ?? "" }, records);
}

function acknowledgedBy(
  acceptance: Exclude<Acceptance, { kind: "claimed" }>,
  account: EnqueueAccount,
): Acknowledged {
  switch (acceptance.kind) {
    case "created": {
      const { id, rings } = acceptance;
      return { result: { kind: "created", id }, sleeping: rings ? account : null };
    }
    case "full":
      return { result: acceptance, sleeping: null };
  }
}

function unknownOperation(channels: readonly Channel[]): FieldError {
  const known = channels.flatMap(({ operations }) => Object.keys(operations)).join(", ");
  return { pointer: "/operation", detail: say("expected one of {options}", { options: known }) };
}

function unfitTimes(
  sendAt: number | undefined,
  { now, deadlineAt }: { readonly now: number; readonly deadlineAt: number },
): FieldError[] {
  if (sendAt !== undefined && (sendAt < now - EARLIEST_SEND_MS || sendAt > now + LATEST_SEND_MS)) {
    return [{ pointer: "/sendAt", detail: say("expected a time from one day back to one year ahead") }];
  }
  const from = Math.max(now, sendAt ?? 0);
  if (deadlineAt <= from) return [deadlinePassed({ sendAt })];
  if (deadlineAt <= from + LONGEST_LIFE_MS) return [];
  const detail =
    sendAt === undefined
      ? say("expected a time at most 90 days from now")
      : say("expected a time at most 90 days after sendAt");
  return [{ pointer: "/deadline", detail }];
}

function deadlinePassed({ sendAt }: { sendAt?: number | undefined }): FieldError {
  return {
    pointer: "/deadline",
    detail: sendAt === undefined ? say("expected a time in the future") : say("expected a time after sendAt"),
  };
}
