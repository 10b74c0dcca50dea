/**
 * Fills Redis with waiting deliveries and dead letters.
 */
import { createProducer } from "../src/app/producer.ts";
import { die } from "../src/delivery/decision.ts";
import type { DeliveryStore } from "../src/storage/delivery-store.ts";
import { ACCOUNT, configOf, tuningOf } from "./bida/setup.ts";
import { BATCH } from "./delivery-run.ts";
import type { Options } from "./options.ts";
import type { Bench } from "./bench.ts";
import { inBatches, todos } from "./todo.ts";

const CODES = 20;

/** Creates `deliveries` records: `waiting` of them dead, the others waiting for their `sendAt`. */
export async function fillRecords(
  { setting, clear }: Bench,
  { deliveries, waiting: dead }: Pick<Options, "deliveries" | "waiting">,
): Promise<void> {
  await clear();
  const producer = createProducer({
    config: configOf(setting),
    tuning: tuningOf(setting),
    onError: console.error,
  });
  const store = producer.records(ACCOUNT);
  if (store === null) throw new Error("the account is not configured");
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  let killed = 0;
  let filled = 0;
  const progress = sayingHowFar(deliveries);
  for (const batch of inBatches(todos(deliveries), BATCH)) {
    const results = await producer.enqueueBatch(
      batch.map((todo) => ({
        account: ACCOUNT,
        operation: "todo.create",
        key: `order-${todo.sourceId}`,
        payload: { ...todo },
        sendAt,
      })),
    );
    const ids = results.flatMap((result) => ("id" in result ? [result.id] : [])).slice(0, dead - killed);
    await Promise.all(ids.map((id, at) => kill(id, { at: killed + at, store })));
    killed += ids.length;
    filled += batch.length;
    progress(filled);
  }
  await producer.close();
}

const SAID_EVERY_MS = 10_000;

/** Prints progress on stderr now and then: a million records take minutes. */
function sayingHowFar(all: number): (filled: number) => void {
  const startedAt = performance.now();
  let saidAt = startedAt;
  return (filled) => {
    const now = performance.now();
    if (now - saidAt < SAID_EVERY_MS) return;
    saidAt = now;
    const restS = ((now - startedAt) / 1_000 / filled) * (all - filled);
    process.stderr.write(`  ${filled} of ${all} filled, ${restS.toFixed(0)} s left\n`);
  };
}

/** Ends it as a refusal by the platform does, with one of twenty codes, so there are twenty groups. */
async function kill(
  id: string,
  { at, store }: { readonly at: number; readonly store: DeliveryStore },
): Promise<void> {
  const delivery = await store.get(id);
  if (delivery === null || delivery === "unreadable") throw new Error(`${id} cannot be read`);
  const detail = `${500 + (at % CODES)}: no such person`;
  const decision = die(delivery.state, {
    reason: "rejected",
    detail,
    entries: [],
    context: { now: Date.now() },
  });
  await store.save(delivery, { decision, leaving: { leavesLane: false } });
}
