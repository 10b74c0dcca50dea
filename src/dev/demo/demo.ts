/**
 * The demo, in the order in which it happens: start the parts, misbehave, enqueue, kill the worker in the
 * middle, wait until everything has ended, judge by the platform's own ledger.
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
 * When nothing has ended for so long, something is stuck. The longest pause between two checks is three minutes
 * on this clock, and an open breaker lets nothing through for half a minute at a time.
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
  const interrupted = new AbortController();
  const onSignal = (): void => interrupted.abort();
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  const parts: (() => Promise<void>)[] = [];
  const progress = new Progress();
  try {
    const report = await perform(options, { parts, progress, signal: interrupted.signal });
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `\n${table(report)}\n`);
    if (options.keep) await keepRunning(progress, interrupted.signal);
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

/** What was started goes on until somebody ends it. */
async function keepRunning(progress: Progress, signal: AbortSignal): Promise<void> {
  progress.say("Everything goes on running; Ctrl-C ends it.");
  if (!signal.aborted) await once(signal, "abort");
}

interface DemoReport extends Report {
  /** In words. */
  readonly readings: readonly string[];
}

interface Stage {
  /** How to stop what was started, in order. */
  readonly parts: (() => Promise<void>)[];
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function perform(options: DemoArguments, stage: Stage): Promise<DemoReport> {
  const { parts, progress, signal } = stage;
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

  const startWorker = (): DemoProcess =>
    new DemoProcess(WORKER, ["--config", configFile], {
      stdout: "ignore",
      env: { BIDA_LOG_LEVEL: "warn" },
    });
  let worker = startWorker();
  parts.push(() => worker.stop());

  const config = loadConfig(configFile);
  if (options.keep) await openConsole(config, stage);
  const producer = createProducer({ config, tuning: DEMO_TUNING, onError: () => undefined });
  parts.push(() => producer.close());
  const stores = SANDBOX_ACCOUNTS.flatMap((account) => producer.records(account) ?? []);

  const startedAt = performance.now();
  const elapsedMs = (): number => performance.now() - startedAt;
  const accepted = await enqueueAll(ordersFor(options.deliveries), producer, signal);
  progress.say(`Enqueued ${accepted.length} deliveries for ${SANDBOX_ACCOUNTS.length} accounts.`);
  const awaited = accepted.filter(({ part }) => part === "messages").map(({ input }) => input);
  const people = playPeople(sandboxUrl, awaited, signal);
  // Its end is awaited below; an interruption comes earlier and, unheard, would end this process at once.
  people.catch(() => undefined);
  let workerKilled = false;
  let [ended, endedAt] = [0, elapsedMs()];
  for (;;) {
    signal.throwIfAborted();
    const counts = await count(stores, accepted.length);
    progress.show(counts, elapsedMs());
    if (!workerKilled && counts.waiting < accepted.length * KILL_AT) {
      await worker.kill();
      progress.say("Killed the worker in the middle of its work (SIGKILL); starting another.");
      worker = startWorker();
      workerKilled = true;
    }
    await readings.follow(counts.waiting / accepted.length);
    const endedNow = counts.confirmed + counts.dead;
    if (endedNow > ended) [ended, endedAt] = [endedNow, elapsedMs()];
    if (ended >= accepted.length || elapsedMs() - endedAt > STUCK_AFTER_MS) break;
    await sleep(POLL_MS, undefined, { signal });
  }
  await people;
  progress.say(readings.inOneLine());
  const seconds = elapsedMs() / 1_000;
  const records = await readAll(producer, accepted);
  const ledger = (await (await request(`${sandboxUrl}/_sandbox/ledger`)).body.json()) as SandboxLedger;
  return { ...judge({ accepted, records, ledger, seconds, workerKilled }), readings: readings.played };
}

/** The API with the console, for who looks on. */
async function openConsole(config: Config, { parts, progress }: Stage): Promise<void> {
  const { link, stop } = await startConsoleApi("demo", config, DEMO_TUNING);
  parts.push(stop);
  progress.say(`Console: ${link} (logs in once, within ten minutes)`);
}

/** Its address, once it listens and misbehaves as asked. */
async function startSandbox(options: DemoArguments, parts: Stage["parts"]): Promise<string> {
  const flags = ["--time-scale", String(TIME_SCALE), "--seed", String(options.seed), "--readings"];
  const sandbox = new DemoProcess(SANDBOX, flags, { stdout: "pipe" });
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
