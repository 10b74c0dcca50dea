/**
 * Sends many, a thousand a call. What was refused for now (429, 503) is sent again with its key, as long
 * as patience lasts; everything else is its item's final answer. A call that fails loses no earlier answer.
 */
import { BatchError, BidaError } from "./errors.ts";
import { pause, pauseBefore, type Transport } from "./transport.ts";
import type { BatchItem } from "./types.ts";

const MOST_IN_A_CALL = 1_000;

export interface BatchOptions {
  readonly patienceMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** One result an item, in order. The orders have their keys already. @throws BatchError */
export async function sendBatch(
  orders: readonly object[],
  transport: Transport,
  { patienceMs, signal }: BatchOptions,
): Promise<BatchItem[]> {
  const results = new Map<number, BatchItem>();
  const until = performance.now() + patienceMs;
  let waiting = orders.map((order, index) => ({ order, index }));
  for (let pauses = 0; waiting.length > 0; pauses += 1) {
    const postponed: typeof waiting = [];
    for (let at = 0; at < waiting.length; at += MOST_IN_A_CALL) {
      const some = waiting.slice(at, at + MOST_IN_A_CALL);
      // What is asked again may be acknowledged this time, also if the answer is lost.
      for (const { index } of some) results.delete(index);
      const call = {
        path: "/v1/deliveries/batch",
        body: { items: some.map(({ order }) => order) },
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
