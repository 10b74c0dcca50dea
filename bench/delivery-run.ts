/**
 * One run of one side: fill the queue, let a fresh worker empty it, and measure time and CPU.
 *
 * The time runs from the first send to the last check that the platform saw. A run in which a side made
 * more or fewer calls than one send and one check a delivery is no comparison, and fails.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Contender } from "./contender.ts";
import { cpuMicros } from "./cpu.ts";
import type { LocalPlatform } from "./local-platform.ts";
import type { PlatformCount } from "./platform.ts";
import type { Bench } from "./bench.ts";
import { inBatches, todos } from "./todo.ts";
import { startWorker } from "./worker-process.ts";

export const BATCH = 500;
const ASK_EVERY_MS = 100;
const STUCK_MS = 30_000;
/** The work after the last check, such as saving the last records, counts as well. */
const SETTLE_MS = 300;

interface DeliveryRun {
  readonly deliveriesPerSecond: number;
  readonly acceptedPerSecond: number;
  /** CPU time for one delivery. */
  readonly workerMicros: number;
  readonly redisMicros: number;
  /** Commands of Redis for one delivery, those inside scripts included, and bytes over its connections. */
  readonly redisCommands: number;
  readonly redisBytes: number;
}

interface TurnSize {
  readonly deliveries: number;
  readonly nodeFlags: readonly string[];
  /** Adds other data to Redis before the measured deliveries. */
  readonly beside?: () => Promise<void>;
}

export async function measureDeliveryRun(
  contender: Contender,
  { bench, size }: { readonly bench: Bench; readonly size: TurnSize },
): Promise<DeliveryRun> {
  const { deliveries, nodeFlags, beside } = size;
  await bench.clear();
  await beside?.();
  const acceptedPerSecond = await fill(contender, { bench, deliveries });
  const worker = await startWorker(contender.workerFile, { setting: bench.setting, nodeFlags });
  try {
    const used = (): { worker: number; redis: number } => ({
      worker: cpuMicros(worker.pid),
      redis: cpuMicros(bench.redisPid),
    });
    await bench.redis.config("RESETSTAT");
    const before = used();
    worker.go();
    const count = await allChecked(bench.platform, deliveries);
    await pause(SETTLE_MS);
    const after = used();
    const { commands, bytes } = await workOf(bench.redis);
    return {
      deliveriesPerSecond: deliveries / secondsOf(count),
      acceptedPerSecond,
      workerMicros: (after.worker - before.worker) / deliveries,
      redisMicros: (after.redis - before.redis) / deliveries,
      redisCommands: commands / deliveries,
      redisBytes: bytes / deliveries,
    };
  } finally {
    await worker.stop();
  }
}

/** Since its counters were reset. */
async function workOf(redis: Redis): Promise<{ commands: number; bytes: number }> {
  const calls = [...(await redis.info("commandstats")).matchAll(/:calls=(\d+)/g)];
  const net = [...(await redis.info("stats")).matchAll(/total_net_(?:input|output)_bytes:(\d+)/g)];
  const sum = (found: readonly RegExpExecArray[]): number =>
    found.reduce((total, [, count]) => total + Number(count), 0);
  return { commands: sum(calls), bytes: sum(net) };
}

/** Enqueues one batch after the other. Returns deliveries a second. */
async function fill(
  contender: Contender,
  { bench: { setting }, deliveries }: { readonly bench: Bench; readonly deliveries: number },
): Promise<number> {
  const producer = await contender.openProducer(setting);
  const batches = inBatches(todos(deliveries), BATCH);
  const startedAt = performance.now();
  for (const batch of batches) await producer.accept(batch);
  const seconds = (performance.now() - startedAt) / 1_000;
  await producer.close();
  return deliveries / seconds;
}

export async function allChecked(platform: LocalPlatform, deliveries: number): Promise<PlatformCount> {
  let last = await platform.count();
  let movedAt = performance.now();
  while (last.checks < deliveries) {
    await pause(ASK_EVERY_MS);
    const next = await platform.count();
    if (next.checks > last.checks || next.sends > last.sends) movedAt = performance.now();
    if (performance.now() - movedAt > STUCK_MS) throw new Error(`no call for 30 s: ${JSON.stringify(next)}`);
    last = next;
  }
  return last;
}

function secondsOf(count: PlatformCount): number {
  const { sends, checks, firstSendAt, lastCheckAt } = count;
  if (sends !== checks || firstSendAt === null || lastCheckAt === null) {
    throw new Error(`expected one send and one check a delivery, the platform saw ${JSON.stringify(count)}`);
  }
  return (lastCheckAt - firstSendAt) / 1_000;
}
