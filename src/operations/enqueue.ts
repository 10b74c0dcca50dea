/**
 * Enqueues deliveries: validate, acknowledge, wake a worker (DESIGN section 5, "Accept").
 *
 * Bad input changes nothing and names every wrong field. Once the record is in Redis the delivery is
 * acknowledged: a ticket that could not be added is the sweeper's to mend, not the caller's.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { z } from "zod";
import type { Channel, OperationSpec } from "../channels/channel.ts";
import { claimDigest, keyHash } from "../delivery/idempotency.ts";
import { deliveryId } from "../delivery/ids.ts";
import { writeJson } from "../delivery/write-json.ts";
import { openLedger } from "../delivery/ledger.ts";
import type { Policy } from "../delivery/policy.ts";
import { newState, type DeliveryRequest } from "../delivery/record.ts";
import { fieldErrors, type FieldError } from "./field-errors.ts";
import { laneOf } from "./lane-of.ts";
import { moment } from "./moment.ts";
import type { Acceptance, Acknowledgements, NewDelivery, Wakeup } from "./ports.ts";
import { misplacedReference, NamedLanes } from "./references.ts";
import { repeatedKey, type RepeatedKey } from "./repeated-key.ts";

/** Payloads larger than this are refused: the platforms take less, and Redis keeps every byte. */
export const PAYLOAD_LIMIT_BYTES = 256 * 1024;

/** So are metadata larger than this: they come with every list. */
export const METADATA_LIMIT_BYTES = 16 * 1024;

/** One delivery as a producer asks for it (DESIGN section 8). */
export const enqueueInput = z.strictObject({
  account: z.string().min(1),
  operation: z.string().min(1),
  payload: z.record(z.string(), z.unknown()),
  /** Idempotency key: the same key with the same request is the same delivery. */
  key: z.string().min(1).max(200).optional(),
  /** Overrides the entity whose deliveries are kept in order. */
  lane: z.string().min(1).max(200).optional(),
  sendAt: moment.optional(),
  /** Default: `policy.deadline` after acknowledgement, or after `sendAt`. */
  deadline: moment.optional(),
  /** 0 is served first; the default. */
  priority: z.number().int().min(0).max(1_000_000).optional(),
  callbackUrl: z.url({ protocol: /^https?$/ }).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

export type EnqueueInput = z.input<typeof enqueueInput>;

export type EnqueueResult =
  | { readonly kind: "created"; readonly id: string }
  | RepeatedKey
  | { readonly kind: "invalid"; readonly errors: readonly FieldError[] }
  | { readonly kind: "unknownAccount"; readonly account: string }
  /** The account's backlog has reached its limit. */
  | { readonly kind: "full" }
  /** Redis did not take it: the delivery is not acknowledged. Safe to repeat with the same key. */
  | { readonly kind: "unavailable"; readonly detail: string };

export interface EnqueueAccount {
  readonly channels: readonly Channel[];
  readonly records: Pick<Acknowledgements, "accept" | "claimed" | "get" | "referenced">;
  readonly wakeup: Wakeup;
  readonly policy: Policy;
  readonly mostUnfinished: number;
}

export interface EnqueueWorld {
  readonly accounts: ReadonlyMap<string, EnqueueAccount>;
  /** Why a callback may not go there, in words for the producer; null if it may. */
  readonly callbackRefusal: (url: string) => string | null;
  readonly now: () => number;
  /** A ticket could not be added; the sweeper will. */
  readonly onWakeupFailed: (error: unknown) => void;
}

/** Enqueues one delivery. Rejects never for bad input or a missing Redis: those are results. */
export async function enqueue(input: unknown, world: EnqueueWorld): Promise<EnqueueResult> {
  const [result] = await enqueueBatch([input], world);
  if (result === undefined) throw new Error("a batch of one has one result");
  return result;
}

/** While Redis works on one chunk of a batch, the next one is being prepared. */
const CHUNK = 50;

/** Enqueues many, answered item by item in their order; they travel to Redis together. */
export async function enqueueBatch(
  inputs: readonly unknown[],
  world: EnqueueWorld,
): Promise<EnqueueResult[]> {
  const chunks: Promise<EnqueueResult[]>[] = [];
  const lanes = new NamedLanes();
  for (let at = 0; at < inputs.length; at += CHUNK) {
    if (at > 0) await nextTurn();
    const drafts = inputs.slice(at, at + CHUNK).map((input) => draft(input, world));
    // In the order of the items: whoever waits for a lane here holds up those behind it.
    const chunk = enqueueChunk(await inTheirLanes(drafts, lanes), world);
    // Its error is told below, once all have begun; unheard until then, it would end the process.
    chunk.catch(() => undefined);
    chunks.push(chunk);
  }
  return (await Promise.all(chunks)).flat();
}

async function enqueueChunk(
  drafts: readonly (Draft | EnqueueResult)[],
  world: EnqueueWorld,
): Promise<EnqueueResult[]> {
  const acknowledged = await Promise.all(
    drafts.map(async (item) => (item.kind === "draft" ? acknowledge(item) : { result: item, due: null })),
  );
  await wakeWorkers(
    acknowledged.map(({ due }) => due).filter((due) => due !== null),
    world,
  );
  return acknowledged.map(({ result }) => result);
}

/** What names another delivery goes into that one's lane, if the producer names no lane. */
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
    if (key !== null) lanes.add(account, key, lane);
  }
  return placed;
}

async function inItsLane(item: Draft, lanes: NamedLanes): Promise<Draft | EnqueueResult> {
  const { of, account, delivery } = item;
  if (of === null) return item;
  const { request } = delivery;
  try {
    const named = await lanes.find(request.account, of, account.records);
    return named === null
      ? item
      : { ...item, delivery: { ...delivery, request: { ...request, lane: named.lane } } };
  } catch (error) {
    return { kind: "unavailable", detail: error instanceof Error ? error.message : String(error) };
  }
}

interface Draft {
  readonly kind: "draft";
  /** The key of the delivery whose lane it goes into; null where its own is known. */
  readonly of: string | null;
  readonly account: EnqueueAccount;
  readonly delivery: NewDelivery;
  /** Why it may not be created now, though it may have been before: then it is still the same delivery. */
  readonly tooLate: readonly FieldError[];
}

function draft(input: unknown, world: EnqueueWorld): Draft | EnqueueResult {
  const asked = enqueueInput.safeParse(input);
  if (!asked.success) return { kind: "invalid", errors: allErrors(input, asked.error, world) };
  const account = world.accounts.get(asked.data.account);
  if (account === undefined) return { kind: "unknownAccount", account: asked.data.account };
  const spec = specOf(account.channels, asked.data.operation);
  if (spec === null) return { kind: "invalid", errors: [unknownOperation(account.channels)] };
  const payload = spec.input.safeParse(asked.data.payload);
  const now = world.now();
  const deadlineAt = asked.data.deadline ?? Math.max(now, asked.data.sendAt ?? 0) + account.policy.deadlineMs;
  const payloadText = JSON.stringify(asked.data.payload);
  const wrong = [
    ...unwritable(asked.data),
    ...(payload.success ? [] : fieldErrors(payload.error, ["payload"])),
    ...misplacedReference(spec, asked.data.payload, asked.data.key ?? null),
    ...tooLarge(asked.data, payloadText),
  ];
  const tooLate = refusedNow(asked.data, { now, deadlineAt }, world);
  if (!payload.success || wrong.length > 0 || (tooLate.length > 0 && asked.data.key === undefined)) {
    return { kind: "invalid", errors: [...wrong, ...tooLate] };
  }

  const request: DeliveryRequest = {
    id: deliveryId(now),
    account: asked.data.account,
    operation: asked.data.operation,
    payload: asked.data.payload,
    key: asked.data.key ?? null,
    lane: laneOf(spec, payload.data, {
      named: asked.data.lane,
      operation: asked.data.operation,
      key: asked.data.key ?? null,
    }),
    priority: asked.data.priority ?? 0,
    createdAt: now,
    notBefore: asked.data.sendAt ?? null,
    deadlineAt,
    callbackUrl: asked.data.callbackUrl ?? null,
    metadata: asked.data.metadata ?? null,
  };
  const state = newState(openLedger(spec.recipients(payload.data)), asked.data.sendAt ?? now);
  const claim = claimOf(asked.data);
  const of = asked.data.lane === undefined ? (spec.refersTo?.(payload.data) ?? null) : null;
  return { kind: "draft", of, account, delivery: { request, payloadText, state, claim }, tooLate };
}

/** What an hour, or another configuration, can make wrong. */
function refusedNow(
  { callbackUrl, sendAt }: z.output<typeof enqueueInput>,
  { now, deadlineAt }: { readonly now: number; readonly deadlineAt: number },
  world: EnqueueWorld,
): FieldError[] {
  const refusal = callbackUrl === undefined ? null : world.callbackRefusal(callbackUrl);
  return [
    ...(refusal === null ? [] : [{ pointer: "/callbackUrl", detail: refusal }]),
    ...(deadlineAt <= Math.max(now, sendAt ?? 0) ? [deadlinePassed({ sendAt })] : []),
  ];
}

/** A request with a wrong field may have a wrong payload too: all is told at once. */
function allErrors(input: unknown, error: z.ZodError, { accounts }: EnqueueWorld): FieldError[] {
  const errors = fieldErrors(error);
  const around = z.looseObject({ account: z.string(), operation: z.string(), payload: z.unknown() });
  const asked = around.safeParse(input);
  const account = asked.success ? accounts.get(asked.data.account) : undefined;
  if (!asked.success || account === undefined) return errors;
  const spec = specOf(account.channels, asked.data.operation);
  if (spec === null) return [...errors, unknownOperation(account.channels)];
  if (errors.some(({ pointer }) => pointer.startsWith("/payload"))) return errors;
  const payload = spec.input.safeParse(asked.data.payload);
  return payload.success ? errors : [...errors, ...fieldErrors(payload.error, ["payload"])];
}

/** Of what the producer gave: a default may be another one tomorrow, and the request is the same. */
function claimOf(asked: z.output<typeof enqueueInput>): NewDelivery["claim"] {
  const { key, operation, payload, lane = null, sendAt = null } = asked;
  if (key === undefined) return null;
  const { callbackUrl = null, deadline = null, metadata = null, priority = 0 } = asked;
  const digest = claimDigest({ operation, payload, lane, sendAt, callbackUrl, deadline, metadata, priority });
  return { hash: keyHash(key), digest };
}

interface Acknowledged {
  readonly result: EnqueueResult;
  /** Null for what needs no ticket: nothing new, or it waits in its lane for its head to end. */
  readonly due: Due | null;
}

interface Due {
  readonly account: EnqueueAccount;
  readonly request: DeliveryRequest;
}

async function acknowledge({ account, delivery, tooLate }: Draft): Promise<Acknowledged> {
  const { records, mostUnfinished } = account;
  try {
    const acceptance =
      tooLate.length === 0 || delivery.claim === null
        ? await records.accept(delivery, mostUnfinished)
        : await records.claimed(delivery.claim.hash);
    if (acceptance === null) return { result: { kind: "invalid", errors: tooLate }, due: null };
    return await acknowledgedBy(acceptance, account, delivery);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { result: { kind: "unavailable", detail }, due: null };
  }
}

async function acknowledgedBy(
  acceptance: Acceptance,
  account: EnqueueAccount,
  { request, claim }: NewDelivery,
): Promise<Acknowledged> {
  switch (acceptance.kind) {
    case "created": {
      const { id, isHead } = acceptance;
      return {
        result: { kind: "created", id },
        due: isHead ? { account, request } : null,
      };
    }
    case "claimed": {
      const repeat = { payload: request.payload, digest: claim?.digest ?? "" };
      return { result: await repeatedKey(acceptance, repeat, account.records), due: null };
    }
    case "full":
      return { result: acceptance, due: null };
  }
}

/** Tickets for what is due soon; one bulk call an account. */
async function wakeWorkers(created: readonly Due[], world: EnqueueWorld): Promise<void> {
  await Promise.all(
    [...Map.groupBy(created, ({ account }) => account)].map(async ([account, items]) => {
      const due = items.map(({ request }) => ({
        id: request.id,
        delayMs: Math.max(0, (request.notBefore ?? 0) - request.createdAt),
        priority: request.priority,
      }));
      await account.wakeup.wake(due).catch(world.onWakeupFailed);
    }),
  );
}

function specOf(channels: readonly Channel[], operation: string): OperationSpec<unknown> | null {
  // Own names only: an operation called "constructor" is unknown, not a function.
  const known = channels.find(({ operations }) => Object.hasOwn(operations, operation));
  return known?.operations[operation] ?? null;
}

function unknownOperation(channels: readonly Channel[]): FieldError {
  const known = channels.flatMap(({ operations }) => Object.keys(operations)).join(", ");
  return { pointer: "/operation", detail: `expected one of ${known}` };
}

/** What no digest can be taken of, because it cannot be delivered as it is. */
function unwritable({ payload, metadata }: z.output<typeof enqueueInput>): FieldError[] {
  const told = { payload, ...(metadata === undefined ? {} : { metadata }) };
  const writing = writeJson(told);
  return writing.kind === "written" ? [] : [...writing.faults];
}

function tooLarge({ metadata }: z.output<typeof enqueueInput>, payloadText: string): FieldError[] {
  const payloadBytes = Buffer.byteLength(payloadText);
  const metadataBytes = metadata === undefined ? 0 : Buffer.byteLength(JSON.stringify(metadata));
  return [
    ...(payloadBytes > PAYLOAD_LIMIT_BYTES
      ? [largerThan("/payload", PAYLOAD_LIMIT_BYTES, payloadBytes)]
      : []),
    ...(metadataBytes > METADATA_LIMIT_BYTES
      ? [largerThan("/metadata", METADATA_LIMIT_BYTES, metadataBytes)]
      : []),
  ];
}

function largerThan(pointer: string, limitBytes: number, bytes: number): FieldError {
  const [limit, size] = [limitBytes, bytes].map((count) => Math.ceil(count / 1024));
  return { pointer, detail: `expected at most ${limit} KiB of JSON, got ${size} KiB` };
}

function deadlinePassed({ sendAt }: { sendAt?: number | undefined }): FieldError {
  return {
    pointer: "/deadline",
    detail: sendAt === undefined ? "expected a time in the future" : "expected a time after sendAt",
  };
}
