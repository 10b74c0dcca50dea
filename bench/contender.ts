/**
 * One side of the comparison. A new contender is a folder with a producer and a worker.
 */
import type { Todo } from "./todo.ts";

export type ContenderName = "baseline" | "bida" | "floor";

/** The same for both sides. */
export interface Setting {
  readonly redisUrl: string;
  readonly platformUrl: string;
  /** Deliveries in flight at once. */
  readonly concurrency: number;
  /** Milliseconds between a send and its check. */
  readonly checkAfterMs: number;
  /** For `bench/latency.ts`: the worker prints each delivery that has ended; see `worker-process.ts`. */
  readonly saysWhatEnds?: boolean;
  /** Only Bida, for `bench/outage.ts`: a second account, whose platform is down. */
  readonly withDownAccount?: boolean;
  /** Only Bida, for `bench/accounts.ts`: the deliveries are spread over this many accounts. */
  readonly accounts?: number;
}

export interface Contender {
  readonly name: ContenderName;
  /** The program that delivers; see `worker-process.ts`. */
  readonly workerFile: string;
  openProducer(setting: Setting): Promise<Producer>;
}

interface Producer {
  /**
   * Accepts one batch, due at once. Resolves when Redis has all of it, with the name of each as its worker
   * prints it.
   */
  accept(batch: readonly Todo[]): Promise<readonly string[]>;
  /**
   * Accepts one batch and leaves it in Redis in the state in which deliveries usually wait, with nothing due
   * for an hour.
   */
  acceptWaiting(batch: readonly Todo[]): Promise<void>;
  close(): Promise<void>;
}
