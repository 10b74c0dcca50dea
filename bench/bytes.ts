/**
 * `npm run bench:bytes`: the memory of one delivery in Redis, state by state: its record and its entries in all
 * indexes, keys included. Each delivery has a payload of 600 bytes, one recipient, a todo of its own and an
 * idempotency key. Every recipient is another person, which is the most expensive case.
 */
import { accountNamed } from "../src/app/mirror-wiring.ts";
import { channelsOf } from "../src/app/platforms.ts";
import { createProducer } from "../src/app/producer.ts";
import { decideAfterCheck } from "../src/delivery/decide-check.ts";
import { decideAfterSend } from "../src/delivery/decide-send.ts";
import { die, type Decision, type DecisionContext } from "../src/delivery/decision.ts";
import { DEFAULT_POLICY } from "../src/delivery/policy.ts";
import type { Delivery } from "../src/delivery/record.ts";
import { trimEnded } from "../src/pipeline/trim-ended.ts";
import { digestOf } from "../src/platforms/digest.ts";
import { AccountStore } from "../src/storage/account-store.ts";
import { connect } from "../src/storage/connection.ts";
import type { DeliveryStore } from "../src/storage/delivery-store.ts";
import { TrimStore } from "../src/storage/trim-store.ts";
import { ACCOUNT, configOf } from "./bida/setup.ts";
import type { Setting } from "./contender.ts";
import { goalOf } from "./figures.ts";
import { openBench, type Bench } from "./bench.ts";
import { inBatches, todos } from "./todo.ts";

const COUNT = 2_000;
/** For a delivery that was trimmed an hour after its end. */
const GOAL = 1_000;
type Step = (delivery: Delivery, basis: DecisionContext) => Decision;

const sent: Step = ({ state }, basis) =>
  decideAfterSend(state, {
    targets: state.recipients.map(({ id }) => id),
    outcome: { kind: "accepted" },
    context: basis,
  });
const proven: Step = ({ state }, basis) => {
  const evidence = { kind: "check" as const, at: basis.now, digest: "loqUFfp0chQkyZqz" };
  const recipients = state.recipients.map(({ id }) => ({ recipient: id, kind: "proven" as const, evidence }));
  return decideAfterCheck(state, { outcome: { recipients, calls: 1, retryAfterMs: null }, context: basis });
};
const dead: Step = ({ state }, { now }) =>
  die(state, { reason: "rejected", detail: "505: no such person", entries: [], context: { now } });

interface State {
  readonly name: string;
  readonly steps: readonly Step[];
  /** With the claims of a send and its checks. Real deliveries have them; the plain figures leave them out. */
  readonly isClaimed?: boolean;
  readonly isTrimmed?: boolean;
}

const STATES: readonly State[] = [
  { name: "queued", steps: [] },
  { name: "confirming", steps: [sent] },
  { name: "confirmed", steps: [sent, proven] },
  { name: "confirmed, with its claims", steps: [sent, proven], isClaimed: true },
  { name: "confirmed and trimmed", steps: [sent, proven], isTrimmed: true },
  { name: "confirmed and trimmed, with its claims", steps: [sent, proven], isClaimed: true, isTrimmed: true },
  { name: "dead, holding its lane", steps: [sent, dead] },
];

const bench = await openBench({ concurrency: 1 });
try {
  for (const state of STATES) await tell(bench, state);
} finally {
  await bench.close();
}

async function tell(bench: Bench, state: State): Promise<void> {
  const { all, parts } = await measured(bench, state);
  const goal = state.isTrimmed === true ? `; ${goalOf(all, { is: "atMost", value: GOAL })}` : "";
  process.stdout.write(`${state.name}: ${all} bytes (${parts})${goal}\n`);
}

async function measured(
  { setting, redis, clear }: Bench,
  state: State,
): Promise<{ all: number; parts: string }> {
  const { steps, isClaimed = false, isTrimmed = false } = state;
  await clear();
  const producer = createProducer({ config: configOf(setting), onError: console.error });
  const store = producer.records(ACCOUNT);
  if (store === null) throw new Error("the account is not configured");
  const ids: string[] = [];
  for (const batch of inBatches(todos(COUNT), 500)) {
    const inputs = batch.map((todo) => ({
      account: ACCOUNT,
      operation: "todo.create",
      key: `order-${todo.sourceId}`,
      payload: { ...todo },
    }));
    for (const result of await producer.enqueueBatch(inputs)) if ("id" in result) ids.push(result.id);
  }
  for (const step of steps) await Promise.all(ids.map((id) => taken(id, { step, store })));
  if (isClaimed) await claimAll(setting, ids);
  if (isTrimmed) await trimAll(setting);
  const bytes = new Map<string, number>();
  for (const key of await redis.keys("*")) {
    const kind = /^bida:\{[^}]+\}:([a-z]+)/.exec(key)?.[1] ?? "other";
    const size = Number(await redis.call("MEMORY", "USAGE", key, "SAMPLES", "0"));
    bytes.set(kind, (bytes.get(kind) ?? 0) + size);
  }
  await producer.close();
  const each = [...bytes].map(([kind, sum]): [string, number] => [kind, Math.round(sum / COUNT)]);
  const all = each.reduce((sum, [, size]) => sum + size, 0);
  const parts = each.filter(([, size]) => size > 0).toSorted(([, a], [, b]) => b - a);
  return { all, parts: parts.map(([kind, size]) => `${kind} ${size}`).join(", ") };
}

/** As `claims.ts` of todos names them. */
async function claimAll(setting: Setting, ids: readonly string[]): Promise<void> {
  const redis = connect({ url: setting.redisUrl }, { role: "worker", onError: console.error });
  const shared = new AccountStore(redis, { prefix: "bida", account: ACCOUNT });
  await Promise.all(
    ids.map(async (id, at) =>
      shared.claimEach([`todo:${digestOf(`a${at}`)}`, `todos:${digestOf(`b${at}`)}:0`], id),
    ),
  );
  redis.disconnect();
}

async function trimAll(setting: Setting): Promise<void> {
  const redis = connect({ url: setting.redisUrl }, { role: "worker", onError: console.error });
  const trims = new TrimStore(redis, { prefix: "bida", account: ACCOUNT });
  const channels = channelsOf(accountNamed(ACCOUNT, configOf(setting)));
  const policy = { ...DEFAULT_POLICY, trimAfterMs: -1_000 };
  const runtime = { emit: console.error, isAway: () => true };
  while (
    await trimEnded("confirmed", {
      trims,
      context: { channels, policy, account: { name: ACCOUNT }, runtime },
    })
  );
  redis.disconnect();
}

async function taken(
  id: string,
  { step, store }: { readonly step: Step; readonly store: DeliveryStore },
): Promise<void> {
  const delivery = await store.get(id);
  if (delivery === null || delivery === "unreadable") throw new Error(`${id} cannot be read`);
  const { deadlineAt } = delivery.request;
  const basis = { policy: DEFAULT_POLICY, now: Date.now(), jitter: 0.5, deadlineAt, oneByOne: false };
  const decision = step(delivery, basis);
  const { status } = decision.state;
  await store.save(delivery, { decision, leaving: { leavesLane: status === "confirmed" } });
}
