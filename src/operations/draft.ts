/**
 * Turns a producer's request into a new delivery, or returns everything that is wrong with it. Writes nothing.
 */
import { z } from "zod";
import { claimDigest, keyHash } from "../delivery/idempotency.ts";
import { deliveryId } from "../delivery/ids.ts";
import { openLedger } from "../delivery/ledger.ts";
import { newState, type DeliveryRequest, type Origin } from "../delivery/record.ts";
import { say } from "../language/say.ts";
import type { Channel, OperationSpec } from "../platforms/channel.ts";
import { operationOf } from "../platforms/operation.ts";
import { parsePayload } from "../platforms/parse-payload.ts";
import {
  EARLIEST_SEND_MS,
  LATEST_SEND_MS,
  largerThan,
  LONGEST_LIFE_MS,
  METADATA_LIMIT_BYTES,
  PAYLOAD_LIMIT_BYTES,
  tooMuchAsked,
  unfitId,
} from "./budgets.ts";
import type { Durability } from "./durability.ts";
import type { EnqueueAccount, EnqueueContext, EnqueueResult } from "./enqueue.ts";
import { enqueueInput } from "./enqueue-input.ts";
import { exactObject, isObject, type ExactObject } from "./exact-object.ts";
import { fieldErrors, MOST_ERRORS, type FieldError } from "./field-errors.ts";
import { laneOf } from "./lane-of.ts";
import { plainRequest } from "./plain-request.ts";
import type { NewDelivery } from "./ports.ts";
import { misplacedReference } from "./references.ts";

type Asked = z.output<typeof enqueueInput>;

export interface Draft {
  readonly kind: "draft";
  /** The key of the delivery whose lane it joins; null where its lane is known. */
  readonly of: string | null;
  readonly account: EnqueueAccount;
  readonly delivery: NewDelivery;
  /** The durability that was asked for; null: as Redis is configured. */
  readonly durability: Durability | null;
  /** Why it may not be created now. A request that repeats a used key is accepted all the same. */
  readonly tooLate: readonly FieldError[];
}

export function draft(order: unknown, context: EnqueueContext): Draft | EnqueueResult {
  const tooMuch = tooMuchAsked(order);
  if (tooMuch !== null) return { kind: "invalid", errors: [tooMuch] };
  const asked = plainRequest(order) ?? askedBySchema(withoutNulls(order));
  if (asked instanceof z.ZodError) return invalid(allErrors(withoutNulls(order), { error: asked, context }));
  const account = context.accounts.get(asked.account);
  if (account === undefined) return { kind: "unknownAccount", account: asked.account };
  const spec = operationOf(account.channels, asked.operation)?.spec ?? null;
  if (spec === null) return invalid([unknownOperation(account.channels)]);
  return draftFor(asked, { basis: { spec, account }, context });
}

/** `null` in an optional field counts as absent: serializers of Java and PHP write every field of a class. */
function withoutNulls(order: unknown): unknown {
  if (!isObject(order) || !OPTIONAL.some((name) => order[name] === null)) return order;
  const isAbsent = (name: string): boolean => OPTIONAL.includes(name) && order[name] === null;
  return Object.fromEntries(Object.entries(order).filter(([name]) => !isAbsent(name)));
}

const OPTIONAL = Object.entries(enqueueInput.shape)
  .filter(([, field]) => field instanceof z.ZodOptional)
  .map(([name]) => name);

function askedBySchema(input: unknown): Asked | z.ZodError {
  const asked = parsePayload(enqueueInput, input);
  return asked.success ? given(input, asked.data) : asked.error;
}

/** Uses the objects that came in, not the copies that validation makes: only they have the producer's own text. */
function given(input: unknown, asked: Asked): Asked {
  const { payload = asked.payload, metadata = asked.metadata } = input as Partial<Asked>;
  return metadata === undefined ? { ...asked, payload } : { ...asked, payload, metadata };
}

/** What a request is checked against. */
interface OrderBasis {
  readonly spec: OperationSpec<unknown>;
  readonly account: EnqueueAccount;
}

/** The two parts of a request that are kept in the producer's own text; `metadata` is null where there are none. */
interface ExactParts {
  readonly payload: Exact;
  readonly metadata: Exact | null;
}

type Exact = Extract<ExactObject, { readonly kind: "exact" }>;

function draftFor(
  asked: Asked,
  { basis, context }: { readonly basis: OrderBasis; readonly context: EnqueueContext },
): Draft | EnqueueResult {
  const payload = exactObject(asked.payload, "/payload");
  const metadata = asked.metadata === undefined ? null : exactObject(asked.metadata, "/metadata");
  if (payload.kind === "refused" || metadata?.kind === "refused") {
    return invalid([payload, metadata].flatMap((each) => (each?.kind === "refused" ? each.faults : [])));
  }
  const { spec, account } = basis;
  // Reading the fields of a payload that is too large would hold up everybody else.
  const large = tooLarge({ payload, metadata }, spec);
  if (large.length > 0) return invalid(large);
  const parsed = parsePayload(spec.input, payload.value);
  const now = context.now();
  const deadlineAt = asked.deadline ?? firstSendAt(asked, now) + account.policy.deadlineMs;
  const wrong = [
    ...(parsed.success ? unfit(parsed.data, { asked, spec }) : fieldErrors(parsed.error, ["payload"])),
    ...misplacedReference(spec, { payload: asked.payload, key: asked.key ?? null }),
  ];
  const tooLate = refusedNow(asked, { now, deadlineAt, context });
  if (!parsed.success || wrong.length > 0 || (tooLate.length > 0 && asked.key === undefined)) {
    return invalid([...wrong, ...tooLate]);
  }
  const input = parsed.data;
  return {
    kind: "draft",
    of: asked.lane === undefined ? (spec.refersTo?.(input) ?? null) : null,
    account,
    delivery: {
      request: requestOf({ asked, input, spec, metadata, origin: context.origin }, { now, deadlineAt }),
      payloadText: payload.text,
      state: newState(openLedger(spec.recipients(input)), asked.sendAt ?? now),
      claim: claimFor(asked, { payload, metadata }),
    },
    durability: asked.durability ?? null,
    tooLate,
  };
}

function firstSendAt({ sendAt }: Pick<Asked, "sendAt">, now: number): number {
  return Math.max(now, sendAt ?? now);
}

function tooLarge({ payload, metadata }: ExactParts, spec: OperationSpec<unknown>): FieldError[] {
  const { payloadLimitBytes: limitBytes = PAYLOAD_LIMIT_BYTES } = spec;
  return [
    largerThan(payload.text, { pointer: "/payload", limitBytes }),
    largerThan(metadata?.text ?? null, { pointer: "/metadata", limitBytes: METADATA_LIMIT_BYTES }),
  ].filter((error) => error !== null);
}

interface AcceptedOrder extends Pick<ExactParts, "metadata"> {
  readonly asked: Asked;
  readonly input: unknown;
  readonly spec: OperationSpec<unknown>;
  readonly origin: Origin | undefined;
}

function requestOf(
  { asked, input, spec, metadata, origin }: AcceptedOrder,
  { now, deadlineAt }: { readonly now: number; readonly deadlineAt: number },
): DeliveryRequest {
  const { account, operation, key = null, lane: named } = asked;
  return {
    id: deliveryId(now),
    account,
    operation,
    key,
    lane: laneOf(spec, { input, placed: { named, operation, key } }),
    priority: asked.priority ?? 0,
    createdAt: now,
    notBefore: asked.sendAt ?? null,
    deadlineAt,
    callbackUrl: asked.callbackUrl ?? null,
    metadata: metadata?.text ?? null,
    traceparent: asked.traceparent ?? null,
    producer: origin?.producer ?? null,
    requestId: origin?.requestId ?? null,
  };
}

/**
 * The claim on the idempotency key; null without a key. It is computed only from what the producer gave, so
 * that a request stays the same when a default changes.
 */
function claimFor(asked: Asked, { payload, metadata }: ExactParts): NewDelivery["claim"] {
  const { key, operation, lane = null, sendAt = null } = asked;
  const { callbackUrl = null, deadline = null, priority = 0 } = asked;
  if (key === undefined) return null;
  const texts = { payload: payload.value, metadata: metadata?.value ?? null };
  const digest = claimDigest({ operation, ...texts, lane, sendAt, callbackUrl, deadline, priority });
  return { hash: keyHash(key), digest };
}

export function invalid(errors: readonly FieldError[]): EnqueueResult {
  return { kind: "invalid", errors: errors.slice(0, MOST_ERRORS) };
}

/** Checks the ids in the payload: they become part of keys in Redis and are shown in every list. */
function unfit(
  parsed: unknown,
  { asked: { key }, spec }: { readonly asked: Asked; readonly spec: OperationSpec<unknown> },
): FieldError[] {
  const entity = spec.entity(parsed, key ?? null);
  const errors: FieldError[] = [];
  const tell = (error: FieldError | null): void => {
    if (error !== null && errors.length < MOST_ERRORS) errors.push(error);
  };
  if (entity !== null) tell(unfitId(entity, "the id of what is kept in order"));
  for (const recipient of spec.recipients(parsed)) tell(unfitId(recipient, "a recipient"));
  return errors;
}

/** Errors that depend on the time or the configuration, not on the request alone. */
function refusedNow(
  { callbackUrl, sendAt }: Asked,
  {
    now,
    deadlineAt,
    context,
  }: { readonly now: number; readonly deadlineAt: number; readonly context: EnqueueContext },
): FieldError[] {
  const refusal = callbackUrl === undefined ? null : context.callbackRefusal(callbackUrl);
  return [
    ...(refusal === null ? [] : [{ pointer: "/callbackUrl", detail: refusal }]),
    ...unfitTimes(sendAt, { now, deadlineAt }),
  ];
}

/** A request with a wrong field may have a wrong payload too: all errors are reported at once. */
function allErrors(
  input: unknown,
  { error, context: { accounts } }: { readonly error: z.ZodError; readonly context: EnqueueContext },
): FieldError[] {
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
  const from = firstSendAt({ sendAt }, now);
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
