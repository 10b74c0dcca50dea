/**
 * The demo, in the order in which it happens: starts the parts, makes the sandbox misbehave, enqueues, kills
 * the worker in the middle, waits until everything has ended, and judges by the platform's own ledger.
 */
import { writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import type { Delivery, Status } from "../../delivery/record.ts";
import type { DeliveryStore } from "../../storage/delivery-store.ts";
import { startConsoleApi } from "../../app/console-api.ts";
import { loadConfig, type Config } from "../../config/config.ts";
import { interruptible } from "../interruptible.ts";
import { startPrivateRedis } from "../private-redis/private-redis.ts";
import { createProducer, type Producer } from "../../app/producer.ts";
import { readArguments, USAGE, type DemoArguments } from "./arguments.ts";
import { SANDBOX_ACCOUNTS, sandboxAccounts } from "../../app/sandbox-accounts.ts";
import { misbehaviour } from "./misbehaviour.ts";
import { enqueueAll, ordersFor, type Accepted } from "./orders.ts";
import { DEMO_TUNING, TIME_SCALE } from "./pace.ts";
import { playPeople } from "./platforms/messages.ts";
import type { SandboxLedger } from "./platforms/scenario.ts";
import { DemoProcess } from "./process.ts";
import { Progress, type Counts } from "./progress.ts";
import { ReadingsInTurn } from "./readings.ts";
import { judge, type Report } from "./report.ts";
import { table } from "./table.ts";

/**
 * When nothing has ended for this long, something is stuck. On this clock the longest pause between two checks
 * is three minutes, and an open breaker allows no calls for half a minute at a time.
 */
const STUCK_AFTER_MS = 200_000;
const POLL_MS = 200;
/** The worker is killed when this share is still to be sent. */
const KILL_AT = 0.4;
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
  return interruptible((signal) => playDemo(options, signal));
}

async function playDemo(options: DemoArguments, signal: AbortSignal): Promise<number> {
  const parts: (() => Promise<void>)[] = [];
  const progress = new Progress();
  try {
    const report = await perform(options, { parts, progress, signal });
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `\n${table(report)}\n`);
    if (options.keep) await keepRunning(progress, signal);
    return report.promisesKept && report.unfinished === 0 ? 0 : 1;
  } catch (error) {
    if (signal.aborted) progress.say("Interrupted; stopping what was started.");
    throw error;
  } finally {
    progress.end();
    // In reverse order.
    for (const stop of parts.toReversed()) await stop();
  }
}

/** Keeps everything running until a signal. */
async function keepRunning(progress: Progress, signal: AbortSignal): Promise<void> {
  progress.say("Everything goes on running; Ctrl-C ends it.");
  if (!signal.aborted) await once(signal, "abort");
}

interface DemoReport extends Report {
  /** The readings in words. */
  readonly readings: readonly string[];
}

interface DemoRun {
  /** How to stop the started parts, in the order in which they were started. */
  readonly parts: (() => Promise<void>)[];
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function perform(options: DemoArguments, run: DemoRun): Promise<DemoReport> {
  const { parts, progress, signal } = run;
  const redis = await startPrivateRedis();
  parts.push(() => redis.stop());
  const sandboxUrl = await startSandbox(options, parts);
  const readings = await ReadingsInTurn.start(sandboxUrl);
  const configFile = join(redis.directory, "bida.yaml");
  writeFileSync(configFile, `redis: { url: "${redis.url}" }\n${sandboxAccounts(sandboxUrl)}`);
  progress.say(
    `Private Redis at ${redis.url}, sandbox at ${sandboxUrl}; one second here is ${1 / TIME_SCALE} at the platform.`,
  );
  progress.say(`Readings of the documents that it plays, to begin with: ${readings.first.join("; ")}.`);

  const worker = new KillableWorker(configFile);
  parts.push(() => worker.stop());
  const config = loadConfig(configFile);
  if (options.keep) await openConsole(config, run);
  const producer = createProducer({ config, tuning: DEMO_TUNING, onError: () => undefined });
  parts.push(() => producer.close());

  const startedAt = performance.now();
  const accepted = await enqueueAll(ordersFor(options.deliveries), { producer, signal });
  progress.say(`Enqueued ${accepted.length} deliveries for ${SANDBOX_ACCOUNTS.length} accounts.`);
  const awaited = accepted.filter(({ part }) => part === "messages").map(({ input }) => input);
  const people = playPeople(sandboxUrl, { awaited, signal });
  // The promise is awaited below. Without this, an interruption before then would end the process with an
  // unhandled rejection.
  people.catch(() => undefined);
  await follow({ producer, readings, worker, startedAt, total: accepted.length }, run);
  await people;
  progress.say(readings.inOneLine());
  const seconds = (performance.now() - startedAt) / 1_000;
  const records = await readAll(producer, accepted);
  const ledger = (await (await request(`${sandboxUrl}/_sandbox/ledger`)).body.json()) as SandboxLedger;
  const { wasKilled: workerKilled } = worker;
  return { ...judge({ accepted, records, ledger, seconds, workerKilled }), readings: readings.played };
}

interface Following {
  readonly producer: Producer;
  readonly readings: ReadingsInTurn;
  readonly worker: KillableWorker;
  /** In ms of the monotonic clock. */
  readonly startedAt: number;
  readonly total: number;
}

/** Shows the progress until all have ended, or nothing has ended for long; kills the worker on the way. */
async function follow(
  { producer, readings, worker, startedAt, total }: Following,
  { progress, signal }: DemoRun,
): Promise<void> {
  const stores = SANDBOX_ACCOUNTS.flatMap((account) => producer.records(account) ?? []);
  const elapsedMs = (): number => performance.now() - startedAt;
  let [ended, endedAt] = [0, elapsedMs()];
  for (;;) {
    signal.throwIfAborted();
    const counts = await count(stores, total);
    progress.show(counts, elapsedMs());
    if (!worker.wasKilled && counts.waiting < total * KILL_AT) {
      await worker.killAndReplace();
      progress.say("Killed the worker in the middle of its work (SIGKILL); starting another.");
    }
    await readings.follow(counts.waiting / total);
    const endedNow = counts.confirmed + counts.dead;
    if (endedNow > ended) [ended, endedAt] = [endedNow, elapsedMs()];
    if (ended >= total || elapsedMs() - endedAt > STUCK_AFTER_MS) return;
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** A worker that is killed once and then replaced. */
class KillableWorker {
  readonly #configFile: string;
  #process: DemoProcess;
  #wasKilled = false;

  constructor(configFile: string) {
    this.#configFile = configFile;
    this.#process = this.#start();
  }

  get wasKilled(): boolean {
    return this.#wasKilled;
  }

  async killAndReplace(): Promise<void> {
    await this.#process.kill();
    this.#process = this.#start();
    this.#wasKilled = true;
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }

  #start(): DemoProcess {
    return new DemoProcess(WORKER, {
      args: ["--config", this.#configFile],
      options: {
        stdout: "ignore",
        env: { BIDA_LOG_LEVEL: "warn" },
      },
    });
  }
}

/** The API with the console, for people who watch. */
async function openConsole(config: Config, { parts, progress }: DemoRun): Promise<void> {
  const { link, stop } = await startConsoleApi("demo", { config, tuning: DEMO_TUNING });
  parts.push(stop);
  progress.say(`Console: ${link} (logs in once, within ten minutes)`);
}

/** Starts the sandbox; returns its URL when it listens and misbehaves as configured. */
async function startSandbox(options: DemoArguments, parts: DemoRun["parts"]): Promise<string> {
  const flags = ["--time-scale", String(TIME_SCALE), "--seed", String(options.seed), "--readings"];
  const sandbox = new DemoProcess(SANDBOX, { args: flags, options: { stdout: "pipe" } });
  parts.push(() => sandbox.stop());
  const { listening } = JSON.parse(await sandbox.firstLine()) as { listening: string };
  const body = JSON.stringify(misbehaviour(options.faults));
  const { body: answer } = await request(`${listening}/_sandbox/faults`, { method: "POST", body });
  await answer.dump();
  return listening;
}

async function count(stores: readonly DeliveryStore[], total: number): Promise<Counts> {
  const sum = async (status: Status): Promise<number> => {
    const counts = await Promise.all(stores.map((store) => store.count(status)));
    return counts.reduce((all, some) => all + some, 0);
  };
  const [queued, retrying, confirming, confirmed, dead] = await Promise.all([
    sum("queued"),
    sum("retrying"),
    sum("confirming"),
    sum("confirmed"),
    sum("dead"),
  ]);
  return { total, waiting: queued + retrying, confirming, confirmed, dead };
}

async function readAll(producer: Producer, accepted: readonly Accepted[]): Promise<Map<string, Delivery>> {
  const found = await Promise.all(
    accepted.map(async ({ id, input }) => producer.records(input.account)?.get(id) ?? null),
  );
  const readable = found.filter((record) => record !== null && record !== "unreadable");
  return new Map(readable.map((record) => [record.request.id, record]));
}
