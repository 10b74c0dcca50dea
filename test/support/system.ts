/**
 * A whole system for a test: sandbox, worker and producer on one clock that runs fifty times as fast.
 */
import type { Tuning } from "../../src/config/policy-and-limits.ts";
import { parseConfig, type Config } from "../../src/config/config.ts";
import { startDeliveryWorker, type DeliveryWorker } from "../../src/app/delivery-worker.ts";
import { createProducer, type Producer } from "../../src/app/producer.ts";
import type { Delivery } from "../../src/delivery/record.ts";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import { startSandbox, type Sandbox } from "../../src/sandbox/server.ts";
import type { DeliveryStore } from "../../src/storage/delivery-store.ts";
import type { BidaEvent } from "../../src/telemetry/events.ts";
import { endedDelivery, enqueueNew, refuseBugs, storeOf } from "./deliveries.ts";
import { FAST, TIME_SCALE } from "./pace.ts";
import { aPrefix, testRedisUrl } from "./redis.ts";
import { sandboxControl } from "./sandbox-control.ts";

export { FAST, TIME_SCALE } from "./pace.ts";

export interface LedgerTodo {
  readonly title: string;
  readonly read: boolean;
  readonly sourceId: string;
  readonly openId: string;
  readonly stores: number;
  readonly repeats: number;
  readonly deal: boolean;
  readonly deleted: boolean;
  readonly history: readonly { readonly seq: number; readonly change: string; readonly effect: boolean }[];
}

export interface SystemOptions {
  readonly redisUrl?: string;
  /** In place of `redisUrl`, as YAML: `cluster: [ … ]`. */
  readonly redis?: string;
  readonly tuning?: Tuning;
  /** Lines added to the account, as YAML of one line: `todo: { mode: sync }`. */
  readonly account?: string;
  readonly policy?: string;
  /** Further accounts, as YAML: `  other: { … }`. */
  readonly accounts?: string;
  /** Further sections of the configuration, as YAML: `callbacks: { … }`. */
  readonly root?: string;
  readonly withoutWorker?: boolean;
  readonly faults?: unknown;
}

export interface System {
  readonly config: Config;
  /** The same as text, for processes. */
  readonly yaml: string;
  readonly sandbox: Sandbox;
  readonly producer: Producer;
  readonly store: DeliveryStore;
  readonly events: BidaEvent[];
  readonly startWorker: () => Promise<DeliveryWorker>;
  readonly misbehave: (faults: unknown) => Promise<void>;
  readonly ledger: () => Promise<{
    todos: LedgerTodo[];
    calls: Record<string, number>;
    violations: Record<string, number>;
  }>;
  /** Enqueues and returns the id; fails the test if it was not created. */
  readonly enqueue: (input: EnqueueInput) => Promise<string>;
  readonly ended: (id: string, withinMs?: number) => Promise<Delivery>;
  readonly close: () => Promise<void>;
}

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const sandbox = await startSandbox({ timeScale: TIME_SCALE });
  const yaml = systemYaml(sandbox.url, options);
  const config = parseConfig(yaml, { path: "test.yaml", env: {} });
  const events: BidaEvent[] = [];
  const tuning = options.tuning ?? FAST;
  const workers: DeliveryWorker[] = [];
  const startWorker = async (): Promise<DeliveryWorker> => {
    const emit = (event: BidaEvent): void => void events.push(event);
    const worker = await startDeliveryWorker({
      config,
      emit,
      warn: () => undefined,
      tuning,
    });
    workers.push(worker);
    return worker;
  };
  const producer = createProducer({ config, tuning, onError: () => undefined });
  const store = storeOf(producer, "yzj");
  const control = sandboxControl(sandbox);
  const misbehave = (faults: unknown): Promise<void> => control("faults", faults);
  if (options.faults !== undefined) await misbehave(options.faults);
  if (options.withoutWorker !== true) await startWorker();
  return {
    config,
    yaml,
    sandbox,
    producer,
    store,
    events,
    startWorker,
    misbehave,
    ledger: () => control("ledger"),
    enqueue: (input) => enqueueNew(producer, input),
    ended: (id, withinMs) => endedDelivery(store, id, withinMs),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await producer.close();
      await sandbox.close();
      refuseBugs(events);
    },
  };
}

export function systemConfig(sandboxUrl: string, options: SystemOptions = {}): Config {
  return parseConfig(systemYaml(sandboxUrl, options), { path: "test.yaml", env: {} });
}

function systemYaml(sandboxUrl: string, options: SystemOptions): string {
  return `
redis: { ${options.redis ?? `url: "${options.redisUrl ?? testRedisUrl()}"`}, prefix: ${aPrefix()} }
policy: { ${options.policy ?? ""} }
${options.root ?? ""}
accounts:
  yzj:
    platform: yunzhijia
    baseUrl: "${sandboxUrl}"
    allowHttp: true
    appId: "500041933"
    appSecret: sandbox-app-secret
    eid: "123456"
    ${options.account ?? ""}
${options.accounts ?? ""}
`;
}
