/**
 * Enqueues and reads deliveries, and waits until they end.
 */
import type { Producer } from "../../src/app/producer.ts";
import { isEnded, type Delivery } from "../../src/delivery/record.ts";
import type { EnqueueInput, EnqueueResult } from "../../src/operations/enqueue.ts";
import type { DeliveryStore } from "../../src/storage/delivery-store.ts";
import { isRedisAway } from "../../src/storage/redis-away.ts";
import type { BidaEvent } from "../../src/telemetry/events.ts";
import { eventually } from "./eventually.ts";

export function storeOf(producer: Producer, account: string): DeliveryStore {
  const store = producer.records(account);
  if (store === null) throw new Error(`the account ${account} is not configured`);
  return store;
}

/**
 * Returns the id; fails the test if it was not created. Repeats the call if a busy Redis did not answer in
 * time, as a producer does.
 */
export async function enqueueNew(producer: Producer, input: EnqueueInput): Promise<string> {
  let calls = 0;
  const result = await eventually(
    async () => {
      calls += 1;
      return producer.enqueue(input);
    },
    ({ kind }) => kind !== "unavailable",
  );
  return acknowledgedId(result, calls > 1);
}

function acknowledgedId(result: EnqueueResult, isRepeated: boolean): string {
  const isTaken = result.kind === "created" || (isRepeated && result.kind === "existing");
  if (!isTaken) throw new Error(`not created: ${JSON.stringify(result)}`);
  return result.id;
}

export async function readDelivery(store: DeliveryStore, id: string): Promise<Delivery | null> {
  const delivery = await store.get(id);
  return delivery === "unreadable" ? null : delivery;
}

/** Reads again if a Redis that is busy, or that the test has stopped, does not answer in time. */
export async function endedDelivery(store: DeliveryStore, id: string, withinMs?: number): Promise<Delivery> {
  const delivery = await eventually(
    () =>
      readDelivery(store, id).catch((error: unknown) => {
        if (isRedisAway(error)) return null;
        throw error;
      }),
    (found) => found !== null && isEnded(found.state.status),
    withinMs,
  );
  if (delivery === null) throw new Error("the delivery is gone");
  return delivery;
}

/** Fails the test if a `bug` event was reported. */
export function refuseBugs(events: readonly BidaEvent[]): void {
  const bug = events.find(({ event }) => event === "bug");
  if (bug !== undefined) throw new Error(`a bug was told: ${JSON.stringify(bug)}`);
}

let keys = 0;

/**
 * Enqueues all at once; returns their ids. Each has a key, so that a call can be repeated if a busy Redis did
 * not answer in time.
 */
export async function enqueueAll(producer: Producer, inputs: readonly EnqueueInput[]): Promise<string[]> {
  const keyed = inputs.map((input) => ({ ...input, key: input.key ?? `all-${process.pid}-${(keys += 1)}` }));
  let calls = 0;
  const results = await eventually(
    async () => {
      calls += 1;
      return producer.enqueueBatch(keyed);
    },
    (answers) => answers.every(({ kind }) => kind !== "unavailable"),
  );
  return results.map((result) => acknowledgedId(result, calls > 1));
}
