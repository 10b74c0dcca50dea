/**
 * The way in for a producer next to Redis: enqueues, and fails within two seconds when Redis is away.
 */
import {
  enqueue,
  enqueueBatch,
  type EnqueueInput,
  type EnqueueResult,
  type EnqueueWorld,
} from "../operations/enqueue.ts";
import { TicketQueue } from "../queue/tickets.ts";
import { connect } from "../storage/connection.ts";
import { DeliveryStore } from "../storage/delivery-store.ts";
import { RedisClock } from "../storage/redis-clock.ts";
import { callbackRefusal, enqueueAccountOf, type Tuning } from "./compose.ts";
import type { Config } from "./config.ts";

export interface Producer {
  /** Rejects only if the producer is closed; bad input and a missing Redis are results. */
  enqueue(input: EnqueueInput): Promise<EnqueueResult>;
  /** One result an item, in order. */
  enqueueBatch(inputs: readonly EnqueueInput[]): Promise<EnqueueResult[]>;
  /** The records of one account, for reading. */
  records(account: string): DeliveryStore | null;
  close(): Promise<void>;
}

export interface ProducerOptions {
  readonly config: Config;
  readonly onError: (error: unknown) => void;
  readonly tuning?: Tuning;
}

export function createProducer({ config, onError, tuning = {} }: ProducerOptions): Producer {
  const redis = connect(config.redis, "producer", onError);
  const queueRedis = connect(config.redis, "producer", onError);
  const clock = new RedisClock(redis);
  const stores = new Map<string, DeliveryStore>();
  const queues: TicketQueue[] = [];
  const accounts = new Map(
    Object.entries(config.accounts).map(([name, settings]) => {
      const store = new DeliveryStore(redis, config.redis.prefix, name);
      const tickets = new TicketQueue(queueRedis, config.redis.prefix, name, onError);
      stores.set(name, store);
      queues.push(tickets);
      return [name, enqueueAccountOf({ settings, config, tuning }, store, tickets)] as const;
    }),
  );
  const world: EnqueueWorld = {
    accounts,
    callbackRefusal: callbackRefusal(config),
    now: () => clock.now(),
    onWakeupFailed: onError,
  };
  /** Without Redis' clock nothing is stamped: a producer's own clock may be far off. */
  const ready = async (count: number): Promise<EnqueueResult[] | null> => {
    try {
      await clock.calibrate();
      return null;
    } catch {
      return Array.from({ length: count }, () => ({ kind: "unavailable", detail: "Redis does not answer" }));
    }
  };
  return {
    enqueue: async (input) => (await ready(1))?.[0] ?? enqueue(input, world),
    enqueueBatch: async (inputs) => (await ready(inputs.length)) ?? enqueueBatch(inputs, world),
    records: (account) => stores.get(account) ?? null,
    close: async () => {
      await Promise.all(queues.map((queue) => queue.close()));
      redis.disconnect();
      queueRedis.disconnect();
    },
  };
}
