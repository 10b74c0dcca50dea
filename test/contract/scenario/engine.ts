/**
 * The engine in memory: the real decisions and a real channel, without Redis and without waiting. The clock
 * goes to whatever is due next, so that a day takes as long as its calls.
 *
 * Only what a channel's contract is about is played: lanes, references, sends, checks, deadlines. Leases,
 * breakers and rates have tests of their own.
 */
import type { AccountAccess } from "../../../src/platforms/account-access.ts";
import type { Channel, OperationSpec } from "../../../src/platforms/channel.ts";
import { decideAfterCheck, decideAtDeadline } from "../../../src/delivery/decide-check.ts";
import { decideAfterSend } from "../../../src/delivery/decide-send.ts";
import type { OtherDelivery } from "../../../src/platforms/account-access.ts";
import type { Decision, DecisionContext } from "../../../src/delivery/decision.ts";
import { checkTargets, openLedger, sendTargets } from "../../../src/delivery/ledger.ts";
import type { SendOutcome } from "../../../src/delivery/outcome.ts";
import { DEFAULT_POLICY, type Policy } from "../../../src/delivery/policy.ts";
import { isEnded, newState, type DeliveryState, type Receipt } from "../../../src/delivery/record.ts";
import type { EnqueueInput } from "../../../src/operations/enqueue.ts";
import { credentialsVerdict } from "../../../src/pipeline/credentials-verdict.ts";
import type { OwnClock } from "./account.ts";

export type Order = Omit<EnqueueInput, "account">;

export interface Run {
  readonly id: string;
  readonly order: Order;
  readonly lane: string | null;
  readonly spec: OperationSpec<unknown>;
  readonly input: unknown;
  readonly createdAt: number;
  state: DeliveryState;
  /** All that was written into its record: what a person or a log could read. */
  readonly told: unknown[];
}

/** Two hours are enough for every retry, and keep a hopeless one short. */
const POLICY: Policy = { ...DEFAULT_POLICY, deadlineMs: 2 * 3_600_000 };
const MOST_STEPS = 600;
const NEVER = new AbortController().signal;

/** Why an order is no delivery, in the words of the door. */
export class NotAccepted extends Error {}

interface EngineParts {
  readonly channel: Channel;
  readonly account: AccountAccess;
  readonly clock: OwnClock;
  /** Called before each step: what others do meanwhile. */
  readonly meanwhile: (runs: readonly Run[]) => Promise<void>;
}

export async function runAll(orders: readonly Order[], parts: EngineParts): Promise<readonly Run[]> {
  const runs = orders.map((order, index) => accept(order, index, parts));
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await parts.meanwhile(runs);
    const next = nextOf(runs, parts.clock.ms);
    if (next === null) return runs;
    parts.clock.ms = Math.max(parts.clock.ms, dueAt(next));
    await advance(next, runs, parts);
    // Every call takes time, and nothing happens twice at one moment.
    parts.clock.ms += 5;
  }
  throw new Error(`unfinished after ${MOST_STEPS} steps: ${runs.map(({ state }) => state.status).join()}`);
}

function accept(order: Order, index: number, { channel, clock }: EngineParts): Run {
  const spec = channel.operations[order.operation];
  if (spec === undefined) throw new Error(`${channel.name} does not know ${order.operation}`);
  const parsed = spec.input.safeParse(order.payload);
  if (!parsed.success) throw new NotAccepted(parsed.error.message);
  const input = parsed.data;
  return {
    id: `d-${index}`,
    order,
    lane: order.lane ?? spec.entity(input, order.key ?? null),
    spec,
    input,
    createdAt: clock.ms + index,
    state: newState(openLedger(spec.recipients(input)), clock.ms + index),
    told: [],
  };
}

/** As its record would be read. */
export function recordOf(run: Run | undefined): OtherDelivery | null {
  if (run === undefined) return null;
  const { id, order, lane, createdAt, state } = run;
  const request = {
    id,
    account: "bare",
    operation: order.operation,
    key: order.key ?? null,
    lane,
    priority: 0,
    createdAt,
    notBefore: null,
    deadlineAt: createdAt + POLICY.deadlineMs,
    callbackUrl: null,
    metadata: null,
    traceparent: null,
    producer: null,
    requestId: null,
  };
  return { request, state, version: 1, payload: order.payload };
}

/** The one that is due first, of the heads of all lanes; null when all have ended. */
function nextOf(runs: readonly Run[], now: number): Run | null {
  const isHead = (run: Run): boolean =>
    run.lane === null || runs.find(({ lane, state }) => lane === run.lane && !isEnded(state.status)) === run;
  const heads = runs.filter((run) => !isEnded(run.state.status) && isHead(run));
  return heads.toSorted((a, b) => Math.max(now, dueAt(a)) - Math.max(now, dueAt(b)))[0] ?? null;
}

function dueAt({ state, createdAt }: Run): number {
  return state.nextAt ?? createdAt;
}

async function advance(run: Run, runs: readonly Run[], parts: EngineParts): Promise<void> {
  const decision =
    run.state.status === "confirming" ? await check(run, runs, parts) : await send(run, runs, parts);
  run.told.push(decision);
  run.state = decision.state;
}

async function send(
  run: Run,
  runs: readonly Run[],
  { channel, account, clock }: EngineParts,
): Promise<Decision> {
  const { spec, input, state, order } = run;
  if (clock.ms >= run.createdAt + POLICY.deadlineMs)
    return decideAtDeadline(state, { context: contextOf(run, clock) }) ?? { state, entries: [] };
  const targets = sendTargets(state.recipients, spec.recipientsPerSend);
  const reference = referenceOf(run, runs);
  const outcome =
    reference.kind === "resolved"
      ? await channel.send(
          {
            deliveryId: run.id,
            operation: order.operation,
            input,
            key: order.key ?? null,
            targets,
            recipients: state.recipients,
            receipt: state.receipt,
            reference: reference.receipt,
            now: clock.ms,
          },
          { account, signal: NEVER },
        )
      : reference.outcome;
  run.told.push(outcome);
  const { outcome: believed } =
    outcome.kind === "unauthorized"
      ? await credentialsVerdict(outcome, { channel, account, wasSent: true, now: clock.ms, signal: NEVER })
      : { outcome };
  return decideAfterSend(state, { targets, outcome: believed, context: contextOf(run, clock) });
}

async function check(
  run: Run,
  runs: readonly Run[],
  { channel, account, clock }: EngineParts,
): Promise<Decision> {
  const { input, state, order, createdAt } = run;
  const reference = referenceOf(run, runs);
  const askedAt = clock.ms;
  const [outcome] = await channel.check(
    [
      {
        deliveryId: run.id,
        operation: order.operation,
        input,
        key: order.key ?? null,
        outstanding: checkTargets(state.recipients),
        recipients: state.recipients,
        receipt: state.receipt,
        reference: reference.kind === "resolved" ? reference.receipt : null,
        createdAt,
        visibilityLagMs: POLICY.visibilityLagMs,
        now: clock.ms,
      },
    ],
    { account, signal: NEVER },
  );
  if (outcome === undefined) throw new Error("a check answers one outcome for each request");
  run.told.push(outcome);
  return decideAfterCheck(state, { outcome, context: { ...contextOf(run, clock), askedAt } });
}

type Reference =
  | { readonly kind: "resolved"; readonly receipt: Receipt | null }
  | { readonly kind: "missing"; readonly outcome: SendOutcome };

function referenceOf({ spec, input }: Run, runs: readonly Run[]): Reference {
  const key = spec.refersTo?.(input) ?? null;
  if (key === null) return { kind: "resolved", receipt: null };
  const found = runs.find(({ order }) => order.key === key);
  const receipt = found?.state.receipt ?? null;
  if (receipt !== null) return { kind: "resolved", receipt };
  const isEarly = found !== undefined && !isEnded(found.state.status);
  return {
    kind: "missing",
    outcome: isEarly
      ? { kind: "busy", retryAfterMs: null, detail: "the delivery that it refers to is on its way" }
      : { kind: "rejected", code: "reference", text: "unknown" },
  };
}

function contextOf({ spec, createdAt }: Run, { ms }: OwnClock): DecisionContext {
  return {
    policy: POLICY,
    now: ms,
    jitter: 0.5,
    deadlineAt: createdAt + POLICY.deadlineMs,
    oneByOne: spec.recipientsPerSend === 1,
    resendsTogether: spec.resendsTogether === true,
  };
}
