/**
 * Deliveries as a test meets them: enqueued, read, awaited until they end.
 */
import type { Producer } from "../../src/app/producer.ts";
import { isEnded, type Delivery } from "../../src/delivery/record.ts";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import type { DeliveryStore } from "../../src/storage/delivery-store.ts";
import type { BidaEvent } from "../../src/telemetry/events.ts";
import { eventually } from "./eventually.ts";

export function storeOf(producer: Producer, account: string): DeliveryStore {
  const store = producer.records(account);
  if (store === null) throw new Error(`the account ${account} is not configured`);
  return store;
}

/** Returns the id; fails the test if it was not created. */
export async function enqueueNew(producer: Producer, input: EnqueueInput): Promise<string> {
  const result = await producer.enqueue(input);
  if (result.kind !== "created") throw new Error(`not created: ${JSON.stringify(result)}`);
  return result.id;
}

export async function readDelivery(store: DeliveryStore, id: string): Promise<Delivery | null> {
  const delivery = await store.get(id);
  return delivery === "unreadable" ? null : delivery;
}

export async function endedDelivery(store: DeliveryStore, id: string, withinMs?: number): Promise<Delivery> {
  const delivery = await eventually(
    () => readDelivery(store, id),
    (found) => found !== null && isEnded(found.state.status),
    withinMs,
  );
  if (delivery === null) throw new Error("the delivery is gone");
  return delivery;
}

/** A bug that was told fails the test, whatever else it saw. */
export function refuseBugs(events: readonly BidaEvent[]): void {
  const bug = events.find(({ event }) => event === "bug");
  if (bug !== undefined) throw new Error(`a bug was told: ${JSON.stringify(bug)}`);
}

/** Enqueues all, again where a busy Redis did not answer in time; returns their ids. */
export async function enqueueAll(producer: Producer, inputs: readonly EnqueueInput[]): Promise<string[]> {
  const keyed = inputs.map((input, index) => ({ ...input, key: input.key ?? `all-${process.pid}-${index}` }));
  return eventually(
    async () => (await producer.enqueueBatch(keyed)).flatMap((result) => ("id" in result ? [result.id] : [])),
    (ids) => ids.length === inputs.length,
  );
}
