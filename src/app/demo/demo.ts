/**
 * The demo, in the order in which it happens: start the parts, misbehave, enqueue, kill the worker in the
 * middle, wait until everything has ended, judge by the platform's own ledger.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import type { Delivery } from "../../delivery/record.ts";
import type { EnqueueInput } from "../../operations/enqueue.ts";
import type { DeliveryStore } from "../../storage/delivery-store.ts";
import { loadConfig } from "../config.ts";
import { startPrivateRedis } from "../private-redis/private-redis.ts";
import { createProducer, type Producer } from "../producer.ts";
import { readArguments, USAGE, type DemoArguments } from "./arguments.ts";
import { misbehaviour } from "./misbehaviour.ts";
import { DEMO_TUNING, TIME_SCALE } from "./pace.ts";
import { DemoProcess } from "./process.ts";
import { Progress, type Counts } from "./progress.ts";
import { judge, table, type Report, type SandboxLedger } from "./report.ts";

const ACCOUNT = "yzj";
const MOST_SECONDS = 115;
const ENQUEUE_BATCH = 50;
const TODOS = new URL("../../../examples/todos.jsonl", import.meta.url);
const SANDBOX = new URL("../../../workers/sandbox.ts", import.meta.url);
const WORKER = new URL("worker.ts", import.meta.url);

/** Resolves with the exit status: 0 everything ended and every promise was kept, 1 not so, 2 wrong flags,
 * 130 interrupted. */
export async function runDemo(args: readonly string[]): Promise<number> {
  const options = readArguments(args);
  if ("problem" in options) {
    process.stderr.write(`${options.problem}\n${USAGE}`);
    return options.problem === "" ? 0 : 2;
  }
  const interrupted = new AbortController();
  const onSignal = (): void => interrupted.abort();
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  const parts: (() => Promise<void>)[] = [];
  const progress = new Progress();
  try {
    const report = await perform(options, { parts, progress, signal: interrupted.signal });
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `\n${table(report)}\n`);
    return report.promisesKept && report.unfinished === 0 ? 0 : 1;
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    progress.say("Interrupted; stopping what was started.");
    return 130;
  } finally {
    progress.end();
    // The last that was started is the first to go.
    for (const stop of parts.toReversed()) await stop();
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}

interface Stage {
  /** How to stop what was started, in order. */
  readonly parts: (() => Promise<void>)[];
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function perform(options: DemoArguments, stage: Stage): Promise<Report> {
  const { parts, progress, signal } = stage;
  const redis = await startPrivateRedis();
  parts.push(() => redis.stop());
  const sandbox = new DemoProcess(
    SANDBOX,
    ["--time-scale", String(TIME_SCALE), "--seed", String(options.seed)],
    {
      stdout: "pipe",
    },
  );
  parts.push(() => sandbox.stop());
  const { listening } = JSON.parse(await sandbox.firstLine()) as { listening: string };
  const configFile = join(redis.directory, "bida.yaml");
  writeFileSync(configFile, configuration(redis.url, listening));
  progress.say(
    `Private Redis at ${redis.url}, sandbox at ${listening}; one second here is ${1 / TIME_SCALE} at the platform.`,
  );
  await request(`${listening}/_sandbox/faults`, {
    method: "POST",
    body: JSON.stringify(misbehaviour(options.faults)),
  });

  const startWorker = (): DemoProcess =>
    new DemoProcess(WORKER, ["--config", configFile], {
      stdout: "ignore",
      env: { BIDA_LOG_LEVEL: "warn", SANDBOX_SECRET },
    });
  let worker = startWorker();
  parts.push(() => worker.stop());

  const config = loadConfig(configFile, { SANDBOX_SECRET });
  const producer = createProducer({ config, tuning: DEMO_TUNING, onError: () => undefined });
  parts.push(() => producer.close());
  const store = producer.records(ACCOUNT);
  if (store === null) throw new Error("the demo's account is not configured");

  const startedAt = performance.now();
  const elapsedMs = (): number => performance.now() - startedAt;
  const accepted = await enqueueAll(examples(options.deliveries), producer, signal);
  progress.say(`Enqueued ${accepted.length} todos.`);
  let workerKilled = false;
  for (;;) {
    signal.throwIfAborted();
    const counts = await count(store, accepted.length);
    progress.show(counts, elapsedMs());
    if (!workerKilled && counts.waiting < accepted.length * 0.6) {
      await worker.kill();
      progress.say("Killed the worker in the middle of its work (SIGKILL); starting another.");
      worker = startWorker();
      workerKilled = true;
    }
    const isOver = counts.confirmed + counts.dead >= accepted.length;
    if (isOver || elapsedMs() > MOST_SECONDS * 1_000) break;
    await sleep(200, undefined, { signal });
  }
  const seconds = elapsedMs() / 1_000;
  const records = await readAll(store, accepted);
  const ledger = (await (await request(`${listening}/_sandbox/ledger`)).body.json()) as SandboxLedger;
  return judge(accepted, records, ledger, { seconds, workerKilled });
}

const SANDBOX_SECRET = "sandbox-app-secret";

function configuration(redisUrl: string, sandboxUrl: string): string {
  return `redis: { url: "${redisUrl}" }
accounts:
  ${ACCOUNT}:
    platform: yunzhijia
    baseUrl: "${sandboxUrl}"
    allowHttp: true
    appId: "500041933"
    appSecret: \${env:SANDBOX_SECRET}
    eid: "123456"
`;
}

/** The example todos, used again with new source ids when more are asked for than there are. */
function examples(count: number): EnqueueInput[] {
  const lines = readFileSync(TODOS, "utf8").trim().split("\n");
  const todos = lines.map((line) => JSON.parse(line) as EnqueueInput);
  return Array.from({ length: count }, (_, index) => {
    const todo = todos[index % todos.length];
    if (todo === undefined) throw new Error("examples/todos.jsonl is empty");
    const round = Math.floor(index / todos.length);
    if (round === 0) return todo;
    const sourceId = `${String(todo.payload["sourceId"])}-${round + 1}`;
    return { ...todo, key: `${todo.key ?? sourceId}-${round + 1}`, payload: { ...todo.payload, sourceId } };
  });
}

async function enqueueAll(
  inputs: readonly EnqueueInput[],
  producer: Producer,
  signal: AbortSignal,
): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < inputs.length; at += ENQUEUE_BATCH) {
    signal.throwIfAborted();
    for (const result of await producer.enqueueBatch(inputs.slice(at, at + ENQUEUE_BATCH))) {
      if (result.kind !== "created")
        throw new Error(`a todo of the examples was not accepted: ${JSON.stringify(result)}`);
      ids.push(result.id);
    }
  }
  return ids;
}

async function count(store: DeliveryStore, total: number): Promise<Counts> {
  const [queued, sending, confirming, confirmed, dead] = await Promise.all([
    store.count("queued"),
    store.count("sending"),
    store.count("confirming"),
    store.count("confirmed"),
    store.count("dead"),
  ]);
  return { total, waiting: queued + sending, confirming, confirmed, dead };
}

async function readAll(store: DeliveryStore, ids: readonly string[]): Promise<Delivery[]> {
  const records = await Promise.all(ids.map((id) => store.get(id)));
  return records.filter((record) => record !== null && record !== "unreadable");
}
