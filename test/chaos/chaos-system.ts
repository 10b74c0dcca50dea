/**
 * All parts of the system, started in order and stopped in reverse order.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "../../src/config/config.ts";
import { DemoProcess } from "../../src/dev/demo/process.ts";
import { openOperations, type Operations } from "../../src/app/operations-context.ts";
import { createProducer, type Producer } from "../../src/app/producer.ts";
import { AccountKeys } from "../../src/storage/keys.ts";
import { FleetWorker, INTAKE, WORKER } from "./fleet.ts";
import { CHAOS_TUNING, RATES, TIME_SCALE } from "./pace.ts";
import { RedisPair } from "./redis-pair.ts";
import { Relay } from "./relay.ts";
import { SandboxControl } from "./sandbox.ts";
import { QUEUE, STREAM, waysIn, type WayIn } from "./ways-in.ts";

export const ACCOUNTS = ["yzj", "hn"] as const;
const PREFIX = "chaos";
const WORKERS = 3;
const SANDBOX = new URL("../../workers/sandbox.ts", import.meta.url);

export interface ChaosSystem {
  readonly directory: string;
  readonly redis: RedisPair;
  readonly sandbox: SandboxControl;
  readonly workers: readonly FleetWorker[];
  /** The process that takes in orders from the stream and the queue. */
  readonly intake: FleetWorker;
  readonly wireOfProducers: Relay;
  readonly ways: readonly WayIn[];
  /** For the judge and the operator, without a relay in between. */
  readonly operations: Operations;
  readonly judge: Producer;
  readonly bases: readonly string[];
  readonly close: () => Promise<void>;
}

interface ChaosSystemOptions {
  readonly seed: number;
  readonly deadlineMs: number;
  readonly keep: string | null;
}

export async function startChaosSystem({ seed, deadlineMs, keep }: ChaosSystemOptions): Promise<ChaosSystem> {
  const directory = keep ?? mkdtempSync(join(tmpdir(), "bida-chaos-"));
  mkdirSync(directory, { recursive: true });
  const parts: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    // The last part started is the first one stopped.
    for (const stop of parts.toReversed()) await stop();
    if (keep === null) rmSync(directory, { recursive: true, force: true });
  };
  try {
    const redis = await RedisPair.start(PREFIX);
    parts.push(() => redis.stop());
    const sandbox = new DemoProcess(SANDBOX, {
      args: ["--time-scale", String(TIME_SCALE), "--seed", String(seed), "--readings"],
      options: {
        stdout: "pipe",
      },
    });
    parts.push(() => sandbox.stop());
    const { listening } = JSON.parse(await sandbox.firstLine()) as { listening: string };
    const platformPort = Number(new URL(listening).port);
    const configuration = (redisUrl: string, platformUrl: string, without: string | null = null): string =>
      configurationOf({ redisUrl, platformUrl, deadlineMs, without });

    const place = { directory, redisPort: redis.address.port, platformPort, configuration };
    const workers = Array.from(
      { length: WORKERS },
      (_, index) => new FleetWorker({ ...place, name: `worker-${index}`, script: WORKER }),
    );
    const intake = new FleetWorker({ ...place, name: "intake", script: INTAKE });
    parts.push(() => Promise.all([...workers, intake].map((one) => one.close())));
    await Promise.all([...workers, intake].map((one) => one.open()));

    const wireOfProducers = new Relay({ host: "127.0.0.1", port: redis.address.port });
    parts.push(() => wireOfProducers.close());
    await wireOfProducers.open();
    const configFor = (redisUrl: string) =>
      parseConfig(configuration(redisUrl, listening), { path: "chaos.yaml", env: {} });
    const open = { tuning: CHAOS_TUNING, onError: () => undefined };
    const producer = createProducer({
      config: configFor(`redis://127.0.0.1:${wireOfProducers.port}`),
      ...open,
    });
    parts.push(() => producer.close());
    const ways = waysIn(producer, wireOfProducers.port);
    parts.push(() => Promise.all(ways.map((way) => way.close())));
    const eyes = `redis://127.0.0.1:${redis.eyes.port}`;
    const judge = createProducer({ config: configFor(eyes), ...open });
    parts.push(() => judge.close());
    const operations = openOperations({ config: configFor(eyes), ...open });
    parts.push(() => operations.close());
    const bases = ACCOUNTS.map((account) => new AccountKeys(PREFIX, account).base);
    const control = new SandboxControl(listening);
    return {
      directory,
      redis,
      sandbox: control,
      workers,
      intake,
      wireOfProducers,
      ways,
      judge,
      operations,
      bases,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Configured {
  readonly redisUrl: string;
  readonly platformUrl: string;
  readonly deadlineMs: number;
  /** The account left out of the configuration; null for none. */
  readonly without: string | null;
}

function configurationOf({ redisUrl, platformUrl, deadlineMs, without }: Configured): string {
  const sections = { yzj: yzjSection(platformUrl), hn: hnSection(platformUrl) };
  const accounts = Object.entries(sections).filter(([name]) => name !== without);
  const ofOrders = `producer: chaos, accounts: [${accounts.map(([name]) => name).join(", ")}]`;
  return `redis: { url: "${redisUrl}", prefix: ${PREFIX} }
intake: { stream: { key: ${STREAM}, ${ofOrders} }, bullmq: { queue: ${QUEUE}, ${ofOrders} } }
policy: { deadline: ${Math.round(deadlineMs / TIME_SCALE)}ms }
accounts:
${accounts.map(([, section]) => section).join("")}`;
}

function yzjSection(platformUrl: string): string {
  return `  yzj:
    platform: yunzhijia
    baseUrl: "${platformUrl}"
    allowHttp: true
    appId: "500041933"
    appSecret: sandbox-app-secret
    eid: "123456"
    resGroupSecret: sandbox-schedule-secret
    rate: { todo: ${RATES.todo}/s, check: ${RATES.check}/s, schedule: ${RATES.schedule}/s }
`;
}

function hnSection(platformUrl: string): string {
  return `  hn:
    platform: hainan
    baseUrl: "${platformUrl}/apione"
    allowHttp: true
    accessKey: sandbox-ak
    secretKey: sandbox-sk
    signer: { kind: none }
    rate: { task: ${RATES.task}/s }
`;
}
