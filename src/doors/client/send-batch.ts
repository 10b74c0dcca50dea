/**
 * Sends many orders, as many in one request as it may hold. Orders that are refused for now (429, 503) are sent
 * again with their keys until the time for retries is over; every other answer is final. A call that fails
 * loses no earlier result.
 */
import { writeJson } from "../../delivery/write-json.ts";
import { bytesOf, countOf, REQUEST_BYTES } from "./body.ts";
import { BatchError, BidaError } from "./errors.ts";
import { pause, pauseBefore, type Transport } from "./transport.ts";
import type { BatchItem } from "./types.ts";

const MOST_IN_A_CALL = 1_000;
/** A little less than the limit of a request, which must never be exceeded. */
const BYTES_IN_A_CALL = 1.5 * 1024 * 1024;
const FRAME_BYTES = bytesOf('{"items":[]}');

interface BatchOptions {
  readonly patienceMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** An order as text. */
interface Written {
  readonly index: number;
  readonly text: string;
  readonly bytes: number;
}

/** Returns one result for each order, in order. The orders must have keys already. @throws BatchError */
export async function sendBatch(
  orders: readonly object[],
  {
    transport,
    options: { patienceMs, signal },
  }: { readonly transport: Transport; readonly options: BatchOptions },
): Promise<BatchItem[]> {
  const results = new Map<number, BatchItem>();
  const until = performance.now() + patienceMs;
  let waiting = orders.flatMap((order, index): Written[] => {
    const written = writtenOrder(order);
    if (typeof written === "string") return [{ index, text: written, bytes: bytesOf(written) }];
    results.set(index, written);
    return [];
  });
  for (let pauses = 0; waiting.length > 0; pauses += 1) {
    const postponed: Written[] = [];
    for (const some of calls(waiting)) {
      // An order that is sent again may be acknowledged now even if the answer is lost: its earlier result is
      // no longer valid.
      for (const { index } of some) results.delete(index);
      const call = {
        path: "/v1/deliveries/batch",
        text: `{"items":[${some.map(({ text }) => text).join(",")}]}`,
        isRepeatable: true,
        signal,
      };
      const { items } = await transport.json<{ items: BatchItem[] }>(call).catch((error: unknown) => {
        if (!(error instanceof BidaError)) throw error;
        const known = orders.map((_, index) => results.get(index) ?? null);
        throw new BatchError(error, known);
      });
      for (const [place, one] of some.entries()) {
        const result = items[place];
        if (result === undefined) throw new Error("the API answered fewer items than it was sent");
        results.set(one.index, result);
        if (result.status === 429 || result.status === 503) postponed.push(one);
      }
    }
    const pauseMs = pauseBefore({ retryAfterMs: null }, pauses);
    if (performance.now() + pauseMs > until) break;
    if (postponed.length > 0) await pause(pauseMs, signal);
    waiting = postponed;
  }
  return orders.flatMap((_, index) => results.get(index) ?? []);
}

/** The text of an order; or, if it cannot be sent, its result. */
function writtenOrder(order: object): string | BatchItem {
  const writing = writeJson(order);
  if (writing.kind === "refused") {
    const errors = [...writing.faults];
    return {
      status: 400,
      id: null,
      result: "refused",
      code: "invalid",
      detail: countOf(errors.length),
      errors,
    };
  }
  if (bytesOf(writing.text) + FRAME_BYTES <= REQUEST_BYTES) return writing.text;
  const detail = "it is larger than a request may be, 2 MiB";
  return { status: 413, id: null, result: "refused", code: "tooLarge", detail };
}

function* calls(waiting: readonly Written[]): Generator<readonly Written[]> {
  let some: Written[] = [];
  let bytes = FRAME_BYTES;
  for (const one of waiting) {
    const isFull = some.length === MOST_IN_A_CALL || bytes + one.bytes + 1 > BYTES_IN_A_CALL;
    if (isFull && some.length > 0) {
      yield some;
      [some, bytes] = [[], FRAME_BYTES];
    }
    some.push(one);
    bytes += one.bytes + 1;
  }
  if (some.length > 0) yield some;
}
