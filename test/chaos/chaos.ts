/**
 * The chaos program: starts the system, orders and disturbs at the same time, lets everything settle, and
 * compares what was acknowledged with what the platform really did.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Delivery } from "../../src/delivery/record.ts";
import { interruptible } from "../../src/dev/interruptible.ts";
import { readArguments, USAGE, type ChaosArguments } from "./arguments.ts";
import { disturb, type Disturbed } from "./disturb.ts";
import { History } from "./history.ts";
import type { Breach, Evidence } from "./invariants/evidence.ts";
import { judge } from "./invariants/judge.ts";
import { schedules } from "./workloads/schedules.ts";
import { tasks } from "./workloads/tasks.ts";
import { todos } from "./workloads/todos.ts";
import { FAULTS_OF_THE_PLATFORM, settingsOfThePlatform } from "./misbehaviour.ts";
import { Operator } from "./operator.ts";
import { GRACE_MS, SETTLE_MS } from "./pace.ts";
import { planOf } from "./plan.ts";
import { produce } from "./producers.ts";
import { reportOn, table, type Report } from "./report.ts";
import { ACCOUNTS, startChaosSystem, type ChaosSystem } from "./chaos-system.ts";
import { Watch } from "./watch.ts";

const WORKLOADS = [todos, schedules, tasks];

/**
 * Resolves with the exit status: 0 if every promise was kept, 1 if one was broken, 2 for wrong flags, 130 if
 * interrupted.
 */
export async function runChaos(args: readonly string[]): Promise<number> {
  const options = readArguments(args);
  if ("problem" in options) {
    process.stderr.write(`${options.problem}\n${USAGE}`);
    return options.problem === "" ? 0 : 2;
  }
  return interruptible(async (signal) => {
    const durationMs = options.minutes * 60_000;
    const system = await startChaosSystem({ ...options, deadlineMs: durationMs + SETTLE_MS });
    try {
      const report = await perform(options, system, signal);
      process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `\n${table(report)}\n`);
      return report.kept ? 0 : 1;
    } finally {
      await system.close();
    }
  });
}

async function perform(
  { seed, minutes, keep }: ChaosArguments,
  system: ChaosSystem,
  signal: AbortSignal,
): Promise<Report> {
  const startedAt = performance.now();
  const say = (line: string): void =>
    void process.stderr.write(
      `${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s  ${line}\n`,
    );
  const { sandbox, redis, workers, ways, operations } = system;
  const plan = planOf(seed, { durationMs: minutes * 60_000, workers: workers.length });
  const [history, watch] = [new History(), new Watch(`redis://127.0.0.1:${redis.eyes.port}`, system.bases)];
  const [chaosOver, allOver] = [new AbortController(), new AbortController()];
  const stores = ACCOUNTS.map((account) => operationsStore(system, account));
  const operator = new Operator({
    system: operations.context,
    stores,
    chaosIsOver: chaosOver.signal,
    signal: allOver.signal,
  });
  const platform = settingsOfThePlatform(seed, await sandbox.settings());
  await sandbox.set(platform);
  await sandbox.misbehave(FAULTS_OF_THE_PLATFORM);

  const first = await sandbox.readings();
  say(`Seed ${seed}: ${plan.length} disturbances of ${workers.length} workers, Redis and the platform.`);
  const background = [watch.work(allOver.signal), operator.work()];
  const ordering = produce({ ways, history, workloads: WORKLOADS, seed, signal: chaosOver.signal });
  let disturbed: Disturbed = { ends: [], names: [] };
  try {
    const scene = {
      redis,
      sandbox,
      workers,
      intake: system.intake,
      producers: system.wireOfProducers,
      say,
      signal,
    };
    [disturbed] = await Promise.all([disturb(plan, scene), sleep(minutes * 60_000, undefined, { signal })]);
    await sandbox.misbehave({ clear: true, random: null });
    chaosOver.abort();
    await ordering;
    say(`Chaos is over: ${history.all.length} orders were acknowledged. Settling.`);
    await settled(watch, minutes * 60_000, signal);
    say("Settled.");
  } finally {
    chaosOver.abort();
    allOver.abort();
    await Promise.all([ordering, ...background]);
  }
  const evidence = await gather(system, { history, operator, watch });
  const breaches = judge(evidence);
  if (keep !== null) await writeStory(breaches, evidence, system);
  const then = await sandbox.readings();
  const readings = [...first, ...then.filter((words) => !first.includes(words))];
  const seconds = (performance.now() - startedAt) / 1_000;
  const slowestRecoveryMs = watch.slowestRecovery(disturbed.ends);
  return reportOn(evidence, breaches, {
    seed,
    readings,
    platform: JSON.stringify(platform),
    kinds: countsOf(disturbed.names),
    seconds,
    disturbances: plan.length,
    looks: watch.looks.length,
    slowestRecoveryMs,
  });
}

function countsOf(names: readonly string[]): Record<string, number> {
  const groups = Object.groupBy(names, (name) => name);
  return Object.fromEntries(Object.entries(groups).map(([name, all]) => [name, all?.length ?? 0]));
}

function operationsStore({ judge }: ChaosSystem, account: string) {
  const store = judge.records(account);
  if (store === null) throw new Error(`there is no account ${account}`);
  return store;
}

/** Resolves when every delivery has ended, or when all deadlines are long over. */
async function settled(watch: Watch, durationMs: number, signal: AbortSignal): Promise<void> {
  // The last orders have as long as the chaos lasted, plus the settling.
  const until = performance.now() + durationMs + SETTLE_MS + GRACE_MS;
  while (performance.now() < until) {
    const look = await watch.look().catch(() => null);
    if (look?.unfinished === 0) return;
    await sleep(200, undefined, { signal });
  }
}

interface Memories {
  readonly history: History;
  readonly operator: Operator;
  readonly watch: Watch;
}

async function gather(system: ChaosSystem, { history, operator, watch }: Memories): Promise<Evidence> {
  const records = new Map<string, Delivery | "unreadable" | null>();
  for (const { id, order } of history.all) {
    records.set(id, await operationsStore(system, order.account).get(id));
  }
  for (const { ids, account } of history.doubles) {
    for (const id of ids) records.set(id, await operationsStore(system, account).get(id));
  }
  const refused = await system.operations.context.refusedOrders.list(50, null);
  const logs = [...system.workers, system.intake].flatMap(({ logFile }) =>
    readFileSync(logFile, "utf8").split("\n"),
  );
  return {
    history,
    records,
    deaths: operator.deaths,
    ledger: await system.sandbox.ledger(),
    stuck: [...watch.stuck],
    promotions: system.redis.promotions,
    bugs: [
      ...logs.filter((line) => /"event":"(bug|process\.crashed)"/.test(line) || line.startsWith("Error")),
      // All orders are valid, so a refusal is a bug.
      ...refused.map(({ source, errors }) => `${source} refused an order: ${JSON.stringify(errors)}`),
    ],
  };
}

/** Writes everything about the deliveries of a breach, for the person who investigates it. */
async function writeStory(
  breaches: readonly Breach[],
  evidence: Evidence,
  system: ChaosSystem,
): Promise<void> {
  const story = [];
  for (const breach of breaches.slice(0, 50)) {
    const acknowledged = evidence.history.all.find(({ id }) => id === breach.id);
    if (acknowledged === undefined) {
      story.push({ breach });
      continue;
    }
    const { id, order, lane, workload, place } = acknowledged;
    const record = evidence.records.get(id);
    const recipients =
      record === null || record === undefined || record === "unreadable" ? [] : record.state.recipients;
    const effects = recipients.map((recipient) => workload.effect(order, recipient.id, evidence.ledger));
    const timeline = await operationsStore(system, order.account).timeline(id);
    const calls = evidence.ledger.callsOf(lane);
    const deaths = evidence.deaths.filter(({ request }) => request.id === id);
    story.push({ breach, place, order, record, timeline, effects, calls, deaths });
  }
  writeFileSync(join(system.directory, "breaches.json"), JSON.stringify(story, null, 2));
  writeFileSync(join(system.directory, "calls.json"), JSON.stringify(evidence.ledger.calls));
}
