/**
 * The parts of every test system: sandbox, worker and producer on a clock that runs fifty times as fast.
 */
import { Redis } from "ioredis";
import { parseConfig, type Config } from "../../../src/config/config.ts";
import type { Tuning } from "../../../src/config/policy-and-limits.ts";
import { startDeliveryWorker, type DeliveryWorker } from "../../../src/app/delivery-worker.ts";
import { createProducer, type Producer } from "../../../src/app/producer.ts";
import type { Delivery } from "../../../src/delivery/record.ts";
import type { EnqueueInput } from "../../../src/operations/enqueue.ts";
import { startSandbox, type Sandbox } from "../../../src/sandbox/server.ts";
import type { DeliveryStore } from "../../../src/storage/delivery-store.ts";
import type { BidaEvent } from "../../../src/telemetry/events.ts";
import { endedDelivery, enqueueNew, readDelivery, refuseBugs, storeOf } from "../deliveries.ts";
import { FAST, TIME_SCALE } from "../pace.ts";
import { aPrefix, testRedisUrl } from "../redis.ts";
import { sandboxControl, type SandboxControl } from "../sandbox-control.ts";

export interface BaseOptions {
  readonly redisUrl?: string;
  /** Settings of Redis in place of `redisUrl`, as YAML: `cluster: [ … ]`. */
  readonly redis?: string;
  readonly tuning?: Tuning;
  /** Lines added to the account, as YAML of one line: `todo: { mode: sync }`. */
  readonly account?: string;
  /** Further accounts, as YAML: `  other: { … }`. */
  readonly accounts?: string;
  readonly policy?: string;
  /** Further sections of the configuration, as YAML: `callbacks: { … }`. */
  readonly root?: string;
  readonly withoutWorker?: boolean;
  readonly faults?: unknown;
  /** Settings of the sandbox: `{ duplicateBizTask: "empty" }`. */
  readonly settings?: object;
}

export interface BaseSystem {
  readonly config: Config;
  /** The configuration as text, for processes. */
  readonly yaml: string;
  readonly sandbox: Sandbox;
  readonly control: SandboxControl;
  readonly producer: Producer;
  /** The store of the system's own account. */
  readonly store: DeliveryStore;
  readonly events: BidaEvent[];
  /** A client of its Redis, for what no operation can do or show. It connects on first use. */
  readonly redis: Redis;
  /** Starts one more worker, by default with the system's configuration. */
  readonly startWorker: (config?: Config) => Promise<DeliveryWorker>;
  readonly misbehave: (faults: unknown) => Promise<void>;
  readonly settings: (change: object) => Promise<void>;
  /** Enqueues; returns the id. Fails the test if it was not created. */
  readonly enqueue: (input: EnqueueInput) => Promise<string>;
  readonly read: (id: string) => Promise<Delivery | null>;
  readonly ended: (id: string, withinMs?: number) => Promise<Delivery>;
  /** Stops everything; fails the test if a bug was reported. */
  readonly close: () => Promise<void>;
}

/** The account of a system, and the lines of its configuration. */
export interface OwnAccount {
  readonly name: string;
  readonly lines: (sandboxUrl: string) => string;
}

export async function startBase(own: OwnAccount, options: BaseOptions): Promise<BaseSystem> {
  const sandbox = await startSandbox({ timeScale: TIME_SCALE });
  const yaml = systemYaml(own.lines(sandbox.url), options);
  const config = parseConfig(yaml, { path: "test.yaml", env: {} });
  const events: BidaEvent[] = [];
  const tuning = options.tuning ?? FAST;
  const workers: DeliveryWorker[] = [];
  const startWorker = async (other: Config = config): Promise<DeliveryWorker> => {
    const emit = (event: BidaEvent): void => void events.push(event);
    const worker = await startDeliveryWorker({ config: other, emit, warn: () => undefined, tuning });
    workers.push(worker);
    return worker;
  };
  const producer = createProducer({ config, tuning, onError: () => undefined });
  const store = storeOf(producer, own.name);
  const redis = new Redis(options.redisUrl ?? testRedisUrl(), { lazyConnect: true });
  const control = sandboxControl(sandbox);
  const misbehave = (faults: unknown): Promise<void> => control("faults", faults);
  const settings = (change: object): Promise<void> => control("settings", change);
  if (options.settings !== undefined) await settings(options.settings);
  if (options.faults !== undefined) await misbehave(options.faults);
  if (options.withoutWorker !== true) await startWorker();
  return {
    config,
    yaml,
    sandbox,
    control,
    producer,
    store,
    events,
    redis,
    startWorker,
    misbehave,
    settings,
    enqueue: (input) => enqueueNew(producer, input),
    read: (id) => readDelivery(store, id),
    ended: (id, withinMs) => endedDelivery(store, id, withinMs),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await producer.close();
      await sandbox.close();
      redis.disconnect();
      refuseBugs(events);
    },
  };
}

export function systemYaml(account: string, options: BaseOptions): string {
  return `
redis: { ${options.redis ?? `url: "${options.redisUrl ?? testRedisUrl()}"`}, prefix: ${aPrefix()} }
policy: { ${options.policy ?? ""} }
${options.root ?? ""}
accounts:
${account}
    ${options.account ?? ""}
${options.accounts ?? ""}
`;
}
