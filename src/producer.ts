/**
 * The entry `bida/producer`: enqueues directly into Redis, for a Node program that can reach it.
 *
 * ```ts
 * const producer = createProducer({ config: loadConfig("bida.yaml"), onError: console.error });
 * const result = await producer.enqueue({ account: "yzj", operation: "todo.create", key: "…", payload: { … } });
 * await producer.close();
 * ```
 *
 * The types here are the package's own: nothing internal leaks through them.
 */
import { loadConfig as loadAnyConfig, type Config } from "./config/config.ts";
import { createProducer as openProducer } from "./app/producer.ts";
import type { AnyOrder, FieldError, Payloads } from "./doors/client/types.ts";

export type {
  AnyOrder,
  DeliveryOrder,
  FieldError,
  OrderOf,
  Payloads,
  UncheckedPayloads,
} from "./doors/client/types.ts";

declare const loaded: unique symbol;

/** A valid configuration. Its content is internal. */
export interface ProducerConfig {
  readonly [loaded]: true;
}

export type EnqueueResult =
  /**
   * `created`: acknowledged now. `existing`: the same request was acknowledged before. `conflict`: its key was
   * used for another request.
   */
  | { readonly kind: "created" | "existing" | "conflict"; readonly id: string }
  | { readonly kind: "invalid"; readonly errors: readonly FieldError[] }
  | { readonly kind: "unknownAccount"; readonly account: string }
  /** Acknowledged, but not known to be as durable as was asked for. Safe to repeat with the same key. */
  | { readonly kind: "notDurable"; readonly id: string }
  /** The account's backlog has reached its limit. Safe to repeat later, with the same key. */
  | { readonly kind: "full" }
  /** Redis did not confirm it: it is not known to be acknowledged. Safe to repeat with the same key. */
  | { readonly kind: "unavailable"; readonly detail: string };

export interface Producer<P = Payloads> {
  /**
   * Enqueues one delivery. Rejects only when the producer is closed; bad input and a missing Redis are results.
   * Resolves within 2 s, or 15 s with `durability`.
   */
  enqueue(order: AnyOrder<P>): Promise<EnqueueResult>;
  /** Returns one result for each order, in order; a wrong order does not affect the others. */
  enqueueBatch(orders: readonly AnyOrder<P>[]): Promise<EnqueueResult[]>;
  /** Resolves when its connections are closed. */
  close(): Promise<void>;
}

export interface ProducerOptions {
  readonly config: ProducerConfig;
  /** Called when Redis is away. Calls meanwhile return `unavailable`. */
  readonly onError: (error: unknown) => void;
}

/**
 * Reads the same file as the workers. A producer needs only the secrets of Redis: `${env:…}` and `${file:…}` of
 * accounts, API keys and callbacks may stay unresolved.
 *
 * @throws Error that names file, line and field of every problem
 */
export function loadConfig(
  path: string,
  reading: { readonly for: "producer" } = { for: "producer" },
): ProducerConfig {
  return loadAnyConfig(path, reading) as Config & ProducerConfig;
}

/** @typeParam P the payload of each operation; add those of a platform of your own: `Payloads & Mine` */
export function createProducer<P = Payloads>({ config, onError }: ProducerOptions): Producer<P> {
  const producer = openProducer({ config: config as ProducerConfig & Config, onError });
  return {
    enqueue: async (order) => producer.enqueue(order),
    enqueueBatch: async (orders) => producer.enqueueBatch(orders),
    close: async () => producer.close(),
  };
}
