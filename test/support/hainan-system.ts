/**
 * A system with one account of Hainan: tasks are read from the sandbox' ledger.
 */
import { parseConfig, type Config } from "../../src/config/config.ts";
import { startDeliveryWorker, type DeliveryWorker } from "../../src/app/delivery-worker.ts";
import { createProducer, type Producer } from "../../src/app/producer.ts";
import type { Delivery } from "../../src/delivery/record.ts";
import type { TimelineEntry } from "../../src/delivery/timeline.ts";
import { startSandbox, type Sandbox } from "../../src/sandbox/server.ts";
import type { BidaEvent } from "../../src/telemetry/events.ts";
import { endedDelivery, enqueueNew, readDelivery, refuseBugs, storeOf } from "./deliveries.ts";
import { aPrefix, testRedisUrl } from "./redis.ts";
import { sandboxControl } from "./sandbox-control.ts";
import { FAST, TIME_SCALE } from "./system.ts";

interface LedgerTask {
  readonly bizTaskId: string;
  readonly assigneeId: string;
  readonly taskUuid: string;
  readonly packageUuid: string;
  readonly repeats: number;
  readonly status: "open" | "finished" | "cancelled";
}

export interface HainanWorldOptions {
  /** Lines of the account, as YAML of one line: `rate: { task: 60/min }`. Default: as fast as can be. */
  readonly account?: string;
  readonly signer?: string;
  readonly secretKey?: string;
  /** Settings of the sandbox: `{ duplicateBizTask: "empty" }`. */
  readonly settings?: object;
  readonly withoutWorker?: boolean;
}

export interface HainanSystem {
  readonly config: Config;
  readonly sandbox: Sandbox;
  readonly producer: Producer;
  /** One more worker, on this configuration in place of the system's. */
  readonly startWorker: (config?: Config) => Promise<DeliveryWorker>;
  readonly misbehave: (...script: readonly object[]) => Promise<void>;
  readonly tasks: () => Promise<LedgerTask[]>;
  readonly calls: () => Promise<Record<string, number>>;
  /** Enqueues and returns the id; fails the test if it was not created. */
  readonly enqueue: (operation: string, payload: Record<string, unknown>, key?: string) => Promise<string>;
  readonly read: (id: string) => Promise<Delivery | null>;
  readonly ended: (id: string) => Promise<Delivery>;
  readonly timeline: (id: string) => Promise<readonly TimelineEntry[]>;
  readonly close: () => Promise<void>;
}

export async function startHainanSystem(options: HainanWorldOptions = {}): Promise<HainanSystem> {
  const sandbox = await startSandbox({ timeScale: TIME_SCALE });
  const config = hainanConfig(sandbox.url, options);
  const events: BidaEvent[] = [];
  const workers: DeliveryWorker[] = [];
  const startWorker = async (own: Config = config): Promise<DeliveryWorker> => {
    const emit = (event: BidaEvent): void => void events.push(event);
    const quiet = { emit, warn: () => undefined, tuning: FAST };
    const worker = await startDeliveryWorker({ config: own, ...quiet });
    workers.push(worker);
    return worker;
  };
  const producer = createProducer({ config, tuning: FAST, onError: () => undefined });
  const store = storeOf(producer, "hn");
  const control = sandboxControl(sandbox);
  if (options.settings !== undefined) await control("settings", options.settings);
  if (options.withoutWorker !== true) await startWorker();
  return {
    config,
    sandbox,
    producer,
    startWorker,
    misbehave: async (...script) => control("faults", { script }),
    tasks: async () => (await control<{ tasks: LedgerTask[] }>("ledger")).tasks,
    calls: async () => (await control<{ calls: Record<string, number> }>("ledger")).calls,
    enqueue: async (operation, payload, key) => {
      const named = key === undefined ? {} : { key };
      return enqueueNew(producer, { account: "hn", operation, payload, ...named });
    },
    read: (id) => readDelivery(store, id),
    ended: (id) => endedDelivery(store, id),
    timeline: async (id) => store.timeline(id),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await producer.close();
      await sandbox.close();
      refuseBugs(events);
    },
  };
}

function hainanConfig(sandboxUrl: string, options: HainanWorldOptions): Config {
  const text = `
redis: { url: "${testRedisUrl()}", prefix: ${aPrefix()} }
accounts:
  hn:
    platform: hainan
    baseUrl: "${sandboxUrl}/apione"
    allowHttp: true
    accessKey: sandbox-ak
    secretKey: ${options.secretKey ?? "sandbox-sk"}
    signer: ${options.signer ?? "{ kind: none }"}
    ${options.account ?? "rate: { task: 1000/s }"}
`;
  return parseConfig(text, { path: "test.yaml", env: {} });
}
