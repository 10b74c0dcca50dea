/**
 * What is measured: one side of the comparison. A new contender is a folder with these two things.
 */
import type { Todo } from "./todo.ts";

export type ContenderName = "baseline" | "bida" | "floor";

/** The same for both sides. */
export interface Setting {
  readonly redisUrl: string;
  readonly platformUrl: string;
  /** Deliveries at work at once. */
  readonly concurrency: number;
  /** From a send to its check. */
  readonly checkAfterMs: number;
  /** For `bench/latency.ts`: the worker says what has ended, see `worker-process.ts`. */
  readonly saysWhatEnds?: boolean;
  /** Bida alone, for `bench/outage.ts`: a second account, whose platform is away. */
  readonly withDownAccount?: boolean;
  /** Bida alone, for `bench/accounts.ts`: the deliveries are spread over so many accounts. */
  readonly accounts?: number;
}

export interface Contender {
  readonly name: ContenderName;
  /** The program that delivers; see `worker-process.ts`. */
  readonly workerFile: string;
  openProducer(setting: Setting): Promise<Producer>;
}

interface Producer {
  /** Accepts one batch, due at once; resolves when Redis has all of it, with the names by which its worker knows each. */
  accept(batch: readonly Todo[]): Promise<readonly string[]>;
  /** Accepts one batch to lie in Redis as deliveries wait in operation, with nothing due for an hour. */
  acceptWaiting(batch: readonly Todo[]): Promise<void>;
  close(): Promise<void>;
}
