/**
 * Bida's side: accepts with the producer's own batches; deliveries wait in the state after a send.
 */
import { fileURLToPath } from "node:url";
import { createProducer } from "../../src/app/producer.ts";
import { decideAfterSend } from "../../src/delivery/decide-send.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/delivery/policy.ts";
import type { EnqueueInput, EnqueueResult } from "../../src/operations/enqueue.ts";
import type { DeliveryStore } from "../../src/storage/delivery-store.ts";
import type { Contender, Setting } from "../contender.ts";
import type { Todo } from "../todo.ts";
import { ACCOUNT, accountNumber, DOWN_ACCOUNT, configOf, tuningOf } from "./setup.ts";

const HOUR_MS = 3_600_000;

/** The check is due an hour after the send. */
const CHECKED_LATER: Policy = { ...DEFAULT_POLICY, checkScheduleMs: [HOUR_MS] };

/** Enqueues for the account whose platform is down. */
export async function acceptForDown(setting: Setting, batches: readonly (readonly Todo[])[]): Promise<void> {
  const producer = createProducer({
    config: configOf(setting),
    tuning: tuningOf(setting),
    onError: console.error,
  });
  for (const batch of batches) {
    created(await producer.enqueueBatch(batch.map((todo) => ({ ...asked(todo), account: DOWN_ACCOUNT }))));
  }
  await producer.close();
}

export const bida: Contender = {
  name: "bida",
  workerFile: fileURLToPath(new URL("./worker.ts", import.meta.url)),
  openProducer: async (setting) => {
    const onError = (error: unknown): void => console.error(error);
    const producer = createProducer({ config: configOf(setting), tuning: tuningOf(setting), onError });
    const records = producer.records(ACCOUNT);
    if (records === null) throw new Error("the account is not configured");
    return {
      accept: async (batch) => {
        const { accounts = 1 } = setting;
        const spread = batch.map((todo, at) => ({ ...asked(todo), account: accountNumber(at, accounts) }));
        return created(await producer.enqueueBatch(spread));
      },
      acceptWaiting: async (batch) => {
        // Nothing is due for an hour, so no worker is woken for sends that the save then removes.
        const sendAt = Date.now() + HOUR_MS;
        const ids = created(await producer.enqueueBatch(batch.map((todo) => ({ ...asked(todo), sendAt }))));
        await Promise.all(ids.map((id) => saveAsSent(id, records)));
      },
      close: () => producer.close(),
    };
  },
};

function asked(todo: Todo): EnqueueInput {
  return { account: ACCOUNT, operation: "todo.create", payload: { ...todo } };
}

function created(results: readonly EnqueueResult[]): string[] {
  return results.map((result) => {
    if (result.kind !== "created") throw new Error(`not accepted: ${JSON.stringify(result)}`);
    return result.id;
  });
}

/** Saves what a worker saves after an accepted send, without sending. */
async function saveAsSent(id: string, records: DeliveryStore): Promise<void> {
  const delivery = await records.get(id);
  if (delivery === null || delivery === "unreadable") throw new Error(`${id} cannot be read`);
  const { request, state } = delivery;
  const targets = state.recipients.map((recipient) => recipient.id);
  const context = {
    policy: CHECKED_LATER,
    now: Date.now(),
    jitter: 0.5,
    deadlineAt: request.deadlineAt,
    oneByOne: false,
  };
  const decision = decideAfterSend(state, { targets, outcome: { kind: "accepted" }, context });
  const saving = await records.save(delivery, { decision });
  if (saving.kind !== "saved") throw new Error(`${id} was not saved: ${saving.kind}`);
}
