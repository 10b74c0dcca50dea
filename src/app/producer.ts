/**
 * Enqueues for a program that uses Redis directly. Calls fail within two seconds when Redis is away.
 */
import {
  enqueueBatch,
  type EnqueueAccount,
  type EnqueueContext,
  type EnqueueResult,
} from "../operations/enqueue.ts";
import { asksForDurability, DURABLE_WITHIN_MS } from "../operations/durability.ts";
import { inTime } from "../waiting/waiting.ts";
import { WakeQueue } from "../queue/wake-up.ts";
import { connect, type ScriptedRedis } from "../storage/connection.ts";
import { DurableWrites } from "../storage/durable-writes.ts";
import { DeliveryStore } from "../storage/delivery-store.ts";
import { RedisClock } from "../storage/redis-clock.ts";
import type { Emit } from "../telemetry/events.ts";
import { acknowledgements, callbackRefusal, enqueueAccountOf } from "./compose.ts";
import type { Tuning } from "../config/policy-and-limits.ts";
import type { Config } from "../config/config.ts";
import { ANNOUNCE_EVERY_MS, RepeatedWork } from "./repeated-work.ts";
import { announceAccounts } from "./redis-safety.ts";

export interface Producer {
  /** Any input is checked. Rejects only if the producer is closed; bad input and a missing Redis are results. */
  enqueue(input: unknown): Promise<EnqueueResult>;
  /**
   * Returns one result for each item, in order.
   *
   * @param from the name of the way in, which people see
   */
  enqueueBatch(inputs: readonly unknown[], from?: string): Promise<EnqueueResult[]>;
  /** The records of one account, for reading. */
  records(account: string): DeliveryStore | null;
  close(): Promise<void>;
}

interface ProducerOptions {
  readonly config: Config;
  readonly onError: (error: unknown) => void;
  readonly tuning?: Tuning;
  /** Set where the producer is part of a Bida process. */
  readonly emit?: Emit;
}

export function createProducer(options: ProducerOptions): Producer {
  const { config, onError, emit } = options;
  const redis = connect(config.redis, { role: "producer", onError });
  const queueRedis = connect(config.redis, { role: "producer", onError });
  const clock = new RedisClock(redis, config.redis);
  const durable = new DurableWrites(redis, { ...config.redis, withinMs: options.tuning?.durableWithinMs });
  const opened = openAccounts(options, { redis, queueRedis, durable });
  const context: EnqueueContext = {
    accounts: new Map([...opened].map(([name, { account }]) => [name, account])),
    callbackRefusal: callbackRefusal(config),
    now: () => clock.now(),
    onWakeupFailed: onError,
    ...(emit === undefined ? {} : acknowledgements(config, emit)),
  };
  /** Nothing is accepted before Redis' clock is known, because a producer's own clock may be wrong. */
  const isReady = async (): Promise<boolean> => {
    try {
      await clock.calibrate();
      return true;
    } catch {
      return false;
    }
  };
  const enqueueAll = async (inputs: readonly unknown[], from = "bida/producer"): Promise<EnqueueResult[]> =>
    answerInTime(inputs, async () =>
      (await isReady())
        ? enqueueBatch(inputs, { ...context, origin: { producer: from, requestId: null } })
        : unavailable(inputs.length),
    );
  return {
    enqueue: async (input) => (await enqueueAll([input]))[0] ?? unavailableOne(),
    enqueueBatch: enqueueAll,
    records: (account) => opened.get(account)?.store ?? null,
    close: async () => {
      await Promise.all([...opened.values()].map(({ wakeup }) => wakeup.close()));
      durable.close();
      redis.disconnect();
      queueRedis.disconnect();
    },
  };
}

interface OpenedAccount {
  readonly store: DeliveryStore;
  readonly wakeup: WakeQueue;
  readonly account: EnqueueAccount;
}

interface Connections {
  readonly redis: ScriptedRedis;
  readonly queueRedis: ScriptedRedis;
  readonly durable: DurableWrites;
}

/** The accounts by name. */
function openAccounts(
  { config, tuning = {}, onError }: ProducerOptions,
  { redis, queueRedis, durable }: Connections,
): ReadonlyMap<string, OpenedAccount> {
  const { prefix } = config.redis;
  const announced = new RepeatedWork(ANNOUNCE_EVERY_MS, () => announceAccounts(redis, config));
  return new Map(
    Object.entries(config.accounts).map(([name, settings]): [string, OpenedAccount] => {
      const store = new DeliveryStore(redis, { prefix, account: name });
      const wakeup = new WakeQueue(queueRedis, { prefix, account: name, onError });
      const account = enqueueAccountOf({ settings, config, tuning, announced, durable }, { store, wakeup });
      return [name, { store, wakeup, account }];
    }),
  );
}

/** Because a caller waits, and two time-outs of the connection in a row would be too long. */
const ANSWER_WITHIN_MS = 1_900;
/** Added for each item of a batch. */
const MORE_FOR_EACH_MS = 1;
/** Added for `durability`: a wait of earlier callers may come before this one's. */
const MORE_FOR_DURABILITY_MS = DURABLE_WITHIN_MS + 2_000;

async function answerInTime(
  inputs: readonly unknown[],
  ask: () => Promise<EnqueueResult[]>,
): Promise<EnqueueResult[]> {
  const count = inputs.length;
  const waitMs = inputs.some(asksForDurability) ? DURABLE_WITHIN_MS + MORE_FOR_DURABILITY_MS : 0;
  const withinMs = ANSWER_WITHIN_MS + (count - 1) * MORE_FOR_EACH_MS + waitMs;
  return inTime(ask(), { ms: withinMs, late: unavailable(count) });
}

function unavailable(count: number): EnqueueResult[] {
  return Array.from({ length: count }, unavailableOne);
}

function unavailableOne(): EnqueueResult {
  return { kind: "unavailable", detail: "Redis does not answer" };
}
