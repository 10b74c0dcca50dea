/**
 * A system with two accounts, for what leads from Yunzmall to Yunzhijia: messages come and change through
 * the sandbox' control, todos are read from its ledger.
 */
import { parseConfig, type Config } from "../../src/config/config.ts";
import { startDeliveryWorker, type DeliveryWorker } from "../../src/app/delivery-worker.ts";
import { startMirrors, type RunningMirrors } from "../../src/app/mirror.ts";
import { createProducer, type Producer } from "../../src/app/producer.ts";
import type { Delivery } from "../../src/delivery/record.ts";
import { startSandbox, type Sandbox } from "../../src/sandbox/server.ts";
import type { BidaEvent } from "../../src/telemetry/events.ts";
import { endedDelivery, enqueueNew, readDelivery, refuseBugs, storeOf } from "./deliveries.ts";
import { eventually } from "./eventually.ts";
import { aPrefix, testRedisUrl } from "./redis.ts";
import { sandboxControl } from "./sandbox-control.ts";
import { FAST, TIME_SCALE, type LedgerTodo } from "./system.ts";

/** Staff id 2 of Yunzmall is this person of Yunzhijia. */
export const ANN = "ann";

export interface MallTodo extends LedgerTodo {
  readonly title: string;
  readonly read: boolean;
}

interface MallCall {
  readonly endpoint: string;
  readonly entity: string | null;
}

interface MallSystemOptions {
  /** Fields of the mirror, as YAML: `lists: [unread], `. */
  readonly mirror?: string;
  readonly listRate?: string;
  readonly redisUrl?: string;
  readonly withoutWorker?: boolean;
}

export interface MallSystem {
  readonly config: Config;
  readonly sandbox: Sandbox;
  readonly producer: Producer;
  readonly events: BidaEvent[];
  readonly addMessages: (messages: readonly object[]) => Promise<number[]>;
  readonly change: (id: number, to: "read" | "handled") => Promise<void>;
  readonly misbehave: (faults: unknown) => Promise<void>;
  readonly todos: () => Promise<MallTodo[]>;
  readonly calls: () => Promise<MallCall[]>;
  /** Enqueues a `message.await` and returns its id. */
  readonly awaitMessage: (payload: Record<string, unknown>) => Promise<string>;
  readonly read: (id: string) => Promise<Delivery | null>;
  readonly ended: (id: string) => Promise<Delivery>;
  readonly startMirror: () => Promise<RunningMirrors>;
  /** Resolves when a mirror has ended a round that began after this call. */
  readonly roundsPass: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function startMallSystem(options: MallSystemOptions = {}): Promise<MallSystem> {
  const sandbox = await startSandbox({ timeScale: TIME_SCALE });
  const config = mallConfig(sandbox.url, options);
  const events: BidaEvent[] = [];
  const emit = (event: BidaEvent): void => void events.push(event);
  const quiet = { emit, warn: () => undefined, tuning: FAST };
  const running: DeliveryWorker[] = [];
  const producer = createProducer({ config, tuning: FAST, onError: () => undefined });
  if (options.withoutWorker !== true) running.push(await startDeliveryWorker({ config, ...quiet }));

  const control = sandboxControl(sandbox);
  const store = storeOf(producer, "mall");
  const rounds = (): number => events.filter(({ event }) => event === "mirror.round").length;
  return {
    config,
    sandbox,
    producer,
    events,
    addMessages: async (messages) => (await control<{ ids: number[] }>("messages", { messages })).ids,
    change: async (id, to) => control(`messages/${id}/${to}`, {}),
    misbehave: async (faults) => control("faults", faults),
    todos: async () => (await control<{ todos: MallTodo[] }>("ledger")).todos,
    calls: async () =>
      (await control<MallCall[]>("calls")).filter(({ endpoint }) => endpoint.startsWith("message.")),
    awaitMessage: (payload) => enqueueNew(producer, { account: "mall", operation: "message.await", payload }),
    read: (id) => readDelivery(store, id),
    ended: (id) => endedDelivery(store, id),
    startMirror: async () => {
      const mirrors = await startMirrors({ config, ...quiet, everyMs: 50 });
      running.push(mirrors);
      return mirrors;
    },
    roundsPass: async () => {
      const before = rounds();
      // The first to end may have begun before; two mirrors may have one each under way.
      await eventually(rounds, (now) => now >= before + 3);
    },
    close: async () => {
      await Promise.all(running.map((one) => one.stop()));
      await producer.close();
      await sandbox.close();
      refuseBugs(events);
    },
  };
}

function mallConfig(sandboxUrl: string, options: MallSystemOptions = {}): Config {
  const text = `
redis: { url: "${options.redisUrl ?? testRedisUrl()}", prefix: ${aPrefix()} }
accounts:
  yzj:
    platform: yunzhijia
    baseUrl: "${sandboxUrl}"
    allowHttp: true
    appId: "500041933"
    appSecret: sandbox-app-secret
  mall:
    platform: yunzmall
    baseUrl: "${sandboxUrl}/business/1"
    allowHttp: true
    rate: { list: ${options.listRate ?? "200/s"} }
mirrors:
  - { from: mall, to: yzj, ${options.mirror ?? ""} recipients: { "2": ${ANN} } }
`;
  return parseConfig(text, { path: "test.yaml", env: {} });
}
