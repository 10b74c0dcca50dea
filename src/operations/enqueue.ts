/**
 * Enqueues deliveries: validate, acknowledge, wake a worker (ARCHITECTURE section 5, "Accept").
 *
 * Bad input changes nothing, and every wrong field is named. Once the record is in Redis the delivery is
 * acknowledged. If no worker can be woken, each looks by itself within a second.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { z } from "zod";
import type { Policy } from "../delivery/policy.ts";
import type { DeliveryRequest, Origin } from "../delivery/record.ts";
import type { Channel } from "../platforms/channel.ts";
import { draft, invalid, type Draft } from "./draft.ts";
import { allOf } from "../waiting/waiting.ts";
import type { DurableRecords } from "./durability.ts";
import type { enqueueInput } from "./enqueue-input.ts";
import type { FieldError } from "./field-errors.ts";
import type { Acceptance, Acknowledgements, NewDelivery, Wakeup } from "./ports.ts";
import { NamedLanes } from "./references.ts";
import { repeatedKey, type RepeatedKey } from "./repeated-key.ts";
import { whyUnavailable } from "./why-unavailable.ts";

export type EnqueueInput = z.input<typeof enqueueInput>;

export type EnqueueResult =
  | { readonly kind: "created"; readonly id: string }
  | RepeatedKey
  | { readonly kind: "invalid"; readonly errors: readonly FieldError[] }
  | { readonly kind: "unknownAccount"; readonly account: string }
  /** The account's backlog has reached its limit. */
  | { readonly kind: "full" }
  /** It is acknowledged, but not known to be as durable as was asked for. Safe to repeat with the same key. */
  | { readonly kind: "notDurable"; readonly id: string; readonly result: "created" | "existing" }
  /** Redis did not confirm it: the delivery is not acknowledged. Safe to repeat with the same key. */
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
  /** Why a callback may not go to this URL, in words for the producer; null if it may. */
  readonly callbackRefusal: (url: string) => string | null;
  readonly now: () => number;
  /** How the requests come in. */
  readonly origin?: Origin;
  /** Called when a delivery has been acknowledged for the first time; absent where no traces are kept. */
  readonly onAcknowledged?: (request: DeliveryRequest, durationMs: number) => void;
  /** Called when no worker could be woken. Each worker looks by itself within a second. */
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
  // The ring is not awaited: the record is in Redis, and a failed ring only costs a second.
  sleeping?.wakeup.ring().catch(context.onWakeupFailed);
  return item.durability === null ? result : asDurable(result, item);
}

/** While Redis works on one chunk of a batch, the next one is being prepared. */
const CHUNK = 50;
/** The first chunk is small, so that Redis gets work soon. */
const FIRST_CHUNK = 10;

/** Bytes of payload that are validated in one turn of the event loop, so that health checks are answered in between. */
const TURN_BYTES = 128 * 1024;

/** Enqueues many deliveries, in few calls to Redis. Returns one result for each item, in the same order. */
export async function enqueueBatch(
  inputs: readonly unknown[],
  context: EnqueueContext,
): Promise<EnqueueResult[]> {
  const chunks: Promise<readonly EnqueueResult[]>[] = [];
  const lanes = new NamedLanes();
  let end = 0;
  while (end < inputs.length) {
    if (end > 0) await nextTurn();
    const at = end;
    end = Math.min(inputs.length, at + (at === 0 && inputs.length > CHUNK ? FIRST_CHUNK : CHUNK));
    const drafts = await draftsOf(inputs.slice(at, end), context);
    // In the order of the items: one whose lane must be looked up delays the later ones.
    const chunk = enqueueChunk(await promisable(await inTheirLanes(drafts, lanes)), context);
    // The error is handled below, when all chunks have begun. Without this, an earlier rejection would end the
    // process.
    chunk.catch(() => undefined);
    chunks.push(chunk);
  }
  return (await Promise.all(chunks)).flat();
}

/** How many bytes a refused item counts as, because it may have been large. */
const REFUSED_COSTS = 16 * 1024;

/** Validates the items one after another, and yields to the event loop in between. */
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
): Promise<readonly EnqueueResult[]> {
  const acknowledged = await allOf(
    drafts.map((item) =>
      item.kind === "draft" ? acknowledge(item, context) : { result: item, sleeping: null },
    ),
  );
  const sleeping = new Set(acknowledged.map((item) => item.sleeping).filter((account) => account !== null));
  for (const { wakeup } of sleeping) wakeup.ring().catch(context.onWakeupFailed);
  return allOf(
    acknowledged.map(({ result }, index) => {
      const item = drafts[index];
      return item?.kind === "draft" && item.durability !== null ? asDurable(result, item) : result;
    }),
  );
}

/** Refuses items whose durability this Redis does not support, before anything is written. The order is kept. */
async function promisable(drafts: readonly (Draft | EnqueueResult)[]): Promise<(Draft | EnqueueResult)[]> {
  const placed: (Draft | EnqueueResult)[] = [];
  for (const item of drafts) {
    placed.push(item.kind === "draft" && item.durability !== null ? await ifPromisable(item) : item);
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
    return { kind: "unavailable", detail: whyUnavailable(error) };
  }
}

/**
 * Waits until the delivery, acknowledged now or earlier, is as durable as was asked for. Workers may have begun
 * with it already.
 */
async function asDurable(result: EnqueueResult, item: Draft): Promise<EnqueueResult> {
  if (item.durability === null) return result;
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

/** Puts a delivery that names another one into that one's lane, unless the producer names a lane. */
async function inTheirLanes(
  drafts: readonly (Draft | EnqueueResult)[],
  lanes: NamedLanes,
): Promise<(Draft | EnqueueResult)[]> {
  const placed: (Draft | EnqueueResult)[] = [];
  for (const item of drafts) {
    const done = item.kind === "draft" && item.of !== null ? await inItsLane(item, lanes) : item;
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
    return { kind: "unavailable", detail: whyUnavailable(error) };
  }
}

interface Acknowledged {
  readonly result: EnqueueResult;
  /** The account to wake, because it is asleep and this delivery is due; null for none. */
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
      ? { result: await existing(acceptance, { account, delivery }), sleeping: null }
      : acknowledgedBy(acceptance, account);
  } catch (error) {
    return { result: { kind: "unavailable", detail: whyUnavailable(error) }, sleeping: null };
  }
}

async function existing(
  claimed: Extract<Acceptance, { kind: "claimed" }>,
  {
    account: { records },
    delivery: { payloadText, claim },
  }: { readonly account: EnqueueAccount; readonly delivery: NewDelivery },
): Promise<RepeatedKey> {
  return repeatedKey(claimed, { repeat: { payloadText, digest: claim?.digest ?? "" }, records });
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
