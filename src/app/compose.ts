/**
 * The wiring of one account: builds what the other folders need, as their ports state it.
 */
import { hostname } from "node:os";
import { Account } from "../account/account.ts";
import { CallMonitor } from "../account/calls.ts";
import { intervalUs } from "../account/limits.ts";
import { redacted, redactingChannel } from "../account/redacting-channel.ts";
import type { EnqueueAccount, EnqueueContext } from "../operations/enqueue.ts";
import { destinationRefusal } from "../pipeline/callback/destination.ts";
import { familiesOf, type AccountContext } from "../pipeline/account-context.ts";
import { RoomsForChecks } from "../pipeline/rooms-for-checks.ts";
import { RecentInputs, shareOfInputs } from "../pipeline/recent-inputs.ts";
import { QuarantineSlot, SuspectLooks } from "../pipeline/quarantine-slot.ts";
import { WakeQueue } from "../queue/wake-up.ts";
import { AccountStore } from "../storage/account-store.ts";
import type { ScriptedRedis } from "../storage/connection.ts";
import { isRedisAway } from "../storage/redis-away.ts";
import { DeliveryStore } from "../storage/delivery-store.ts";
import { shareOfRecords } from "../storage/recent-records.ts";
import { DurableWrites } from "../storage/durable-writes.ts";
import type { RedisClock } from "../storage/redis-clock.ts";
import type { Emit } from "../telemetry/events.ts";
import { environmentProxies } from "../config/environment.ts";
import type { AccountConfig, Config } from "../config/config.ts";
import { limitsOf, policyOf, type Tuning } from "../config/policy-and-limits.ts";
import type { RepeatedWork } from "./repeated-work.ts";
import { channelsOf, partsOf } from "./platforms.ts";
import { emitRedisFailed } from "./running-worker.ts";

interface AccountWiring {
  readonly name: string;
  readonly settings: AccountConfig;
  readonly config: Config;
  readonly redis: ScriptedRedis;
  readonly queueRedis: ScriptedRedis;
  readonly clock: RedisClock;
  readonly emit: Emit;
  readonly tuning: Tuning;
  /** Shared by the accounts of a process; absent for a single account. */
  readonly suspects?: QuarantineSlot;
}

export interface WiredAccount {
  readonly context: AccountContext;
  /** Set by the code that runs the account's loops. */
  readonly listeners: { nudge?: (delayMs: number) => void; nudgeSends?: (delayMs: number) => void };
  readonly store: DeliveryStore;
  readonly wakeup: WakeQueue;
  /** Closes the account's wire and its queue. */
  readonly close: () => Promise<void>;
}

export function wireAccount(wiring: AccountWiring): WiredAccount {
  const { name, settings, config, redis, queueRedis, clock, tuning } = wiring;
  const { prefix } = config.redis;
  const limits = limitsOf(settings, tuning);
  const accounts = Object.keys(config.accounts).length;
  const now = (): number => clock.now();
  // Enough for all checks under way, so that none of them queues for a connection.
  const connections = limits.concurrency * 4;
  const parts = partsOf(settings, { connections, now, proxies: environmentProxies() });
  const emit: Emit = (event) => wiring.emit(redacted(event, parts.redact));
  const onError = emitRedisFailed(emit);
  const listeners: WiredAccount["listeners"] = {};
  const store = new DeliveryStore(redis, { prefix, account: name, recentBytes: shareOfRecords(accounts) });
  const shared = new AccountStore(redis, { prefix, account: name });
  const calls = new CallMonitor(shared, {
    limits: limits.breaker,
    listener: callListeners({ name, emit, onError, listeners }),
  });
  const account = new Account({ name, limits, store: shared, deliveries: store, calls, ...parts });
  const wakeup = new WakeQueue(queueRedis, { prefix, account: name, onError });
  const replicas = replicasOf(redis, config);
  const channels = channelsOf(settings).map((channel) => redactingChannel(channel, parts.redact));
  const context: AccountContext = {
    account,
    calls,
    channels,
    sendIntervalsUs: familiesOf(channels).flatMap((family) => [family, intervalUs(limits.rates, family)]),
    policy: policyOf(config, tuning),
    onDeadHead: settings.onDeadHead,
    deliveries: store,
    wakeup,
    replicated: replicas === null ? null : (id) => isReplicated(replicas, { account: name, id }),
    runtime: {
      now,
      random: Math.random,
      emit,
      worker: `${hostname().slice(0, LONGEST_HOST)}:${process.pid}`,
      isTraced: config.telemetry.traces !== undefined,
      isAway: isRedisAway,
    },
    inputs: new RecentInputs(shareOfInputs(accounts)),
    rooms: new RoomsForChecks(),
    ...looksOf(wiring.suspects ?? new QuarantineSlot(), listeners),
    onRingFailed: onError,
  };
  const close = async (): Promise<void> => {
    await calls.stop();
    await wakeup.close();
    replicas?.close();
    await parts.wire.close();
  };
  return { context, listeners, store, wakeup, close };
}

interface Listening {
  readonly name: string;
  readonly emit: Emit;
  readonly onError: (error: unknown) => void;
  readonly listeners: WiredAccount["listeners"];
}

/** Turns what the calls of an account report into events. */
function callListeners({
  name: account,
  emit,
  onError,
  listeners,
}: Listening): ConstructorParameters<typeof CallMonitor>[1]["listener"] {
  return {
    onChange: ({ state, until, of }) => {
      emit({ event: "breaker.changed", account, state, until, of });
      if (state === "closed" || of === "checks") listeners.nudgeSends?.(0);
    },
    onToken: (fetch) => emit({ event: "token.fetched", account, ...fetch }),
    onRate: (bucket, { waitedMs, isDenied }) =>
      emit({ event: "rate.waited", account, bucket, waitedMs, isDenied }),
    onBudget: (isDenied) => emit({ event: "budget.asked", account, isDenied }),
    onHold: (detail) => emit({ event: "account.held", account, detail }),
    onError,
  };
}

/** How the account's loops are made to look again, through `listeners`. */
function looksOf(
  slot: QuarantineSlot,
  listeners: WiredAccount["listeners"],
): Pick<AccountContext, "suspects" | "nudge" | "nudgeSends"> {
  return {
    suspects: {
      sends: new SuspectLooks(slot, () => listeners.nudgeSends?.(0)),
      checks: new SuspectLooks(slot, () => listeners.nudge?.(0)),
    },
    nudge: (delayMs) => listeners.nudge?.(delayMs),
    nudgeSends: (delayMs) => listeners.nudgeSends?.(delayMs),
  };
}

async function isReplicated(
  replicas: DurableWrites,
  delivery: { readonly account: string; readonly id: string },
): Promise<boolean> {
  return (await replicas.reached("replica", delivery)) === "reached";
}

/** How many characters of the host's name each entry of a timeline has. */
const LONGEST_HOST = 63;

/** Short, because a send has little time between its lease and its latest departure. */
const REPLICAS_WITHIN_MS = 2_000;

/** Null where leases wait for no replica. */
export function replicasOf(redis: ScriptedRedis, config: Config): DurableWrites | null {
  if ((config.redis.waitReplicas ?? 0) === 0) return null;
  return new DurableWrites(redis, { ...config.redis, withinMs: REPLICAS_WITHIN_MS });
}

interface EnqueueWiring extends Pick<AccountWiring, "settings" | "config" | "tuning"> {
  /** Registers the accounts, before anything is accepted for them. */
  readonly announced: RepeatedWork;
  readonly durable: DurableWrites;
}

/** The same account as a producer sees it. */
export function enqueueAccountOf(
  { settings, config, tuning, announced, durable }: EnqueueWiring,
  { store, wakeup }: { readonly store: DeliveryStore; readonly wakeup: WakeQueue },
): EnqueueAccount {
  return {
    channels: channelsOf(settings),
    records: {
      accept: (delivery, mostUnfinished) =>
        announced.isDone
          ? store.accept(delivery, mostUnfinished)
          : announced.done().then(() => store.accept(delivery, mostUnfinished)),
      claimed: (hash) => store.claimed(hash),
      referenced: (hash) => store.referenced(hash),
      payload: (id) => store.payload(id),
    },
    durable: {
      refusal: (durability) => durable.refusal(durability, store.account),
      reached: (id, durability) => durable.reached(durability, { account: store.account, id }),
    },
    wakeup,
    policy: policyOf(config, tuning),
    mostUnfinished: settings.backlog,
  };
}

/** Emits an event for each acknowledgement; absent where there are no traces. */
export function acknowledgements({ telemetry }: Config, emit: Emit): Pick<EnqueueContext, "onAcknowledged"> {
  if (telemetry.traces === undefined) return {};
  return {
    onAcknowledged: ({ account, id, operation, lane, traceparent }, durationMs) =>
      emit({ event: "delivery.acknowledged", account, id, operation, lane, traceparent, durationMs }),
  };
}

/** A function that says why a callback URL is refused; null if it is not. */
export function callbackRefusal({ callbacks }: Config): (url: string) => string | null {
  if (callbacks === undefined) return () => "expected no callbackUrl: callbacks are not configured here";
  return (url) => destinationRefusal(url, callbacks);
}
