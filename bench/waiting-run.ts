/**
 * The cost of deliveries that only wait: bytes in Redis, and CPU of Redis while a worker runs.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Contender } from "./contender.ts";
import { cpuMicros } from "./cpu.ts";
import { BATCH } from "./delivery-run.ts";
import type { Bench } from "./bench.ts";
import { inBatches, todos } from "./todo.ts";
import { startWorker } from "./worker-process.ts";

const MEASURED_FOR_BYTES = 20_000;
/** Long enough to cover everything that a side does periodically, such as one look a second. */
const WATCHED_MS = 15_000;
/** The start of a worker and its first look do not count as waiting. */
const SETTLE_MS = 2_000;

/** Bytes in Redis for one waiting delivery with a payload of 600 bytes. */
export async function bytesWaiting(contender: Contender, bench: Bench): Promise<number> {
  await bench.clear();
  const before = await usedMemory(bench.redis);
  await fillWaiting(contender, { bench, count: MEASURED_FOR_BYTES });
  return ((await usedMemory(bench.redis)) - before) / MEASURED_FOR_BYTES;
}

/** Percent of a core that Redis uses while this many deliveries wait; one figure for each measurement. */
export async function idleCpuPercents(
  contender: Contender,
  { bench, waiting, looks }: { readonly bench: Bench; readonly waiting: number; readonly looks: number },
): Promise<number[]> {
  await bench.clear();
  await fillWaiting(contender, { bench, count: waiting });
  const worker = await startWorker(contender.workerFile, { setting: bench.setting });
  try {
    worker.go();
    await pause(SETTLE_MS);
    const percents: number[] = [];
    while (percents.length < looks) percents.push(await watch(bench.redisPid));
    await stayedWaiting(bench);
    return percents;
  } finally {
    await worker.stop();
  }
}

async function watch(pid: number): Promise<number> {
  const startedAt = performance.now();
  const before = cpuMicros(pid);
  await pause(WATCHED_MS);
  return ((cpuMicros(pid) - before) / ((performance.now() - startedAt) * 1_000)) * 100;
}

async function stayedWaiting({ platform }: Bench): Promise<void> {
  const { sends, checks } = await platform.count();
  if (sends + checks > 0) throw new Error(`expected no calls while deliveries wait, got ${sends + checks}`);
}

/** Accepts this many deliveries with nothing due for an hour. */
export async function fillWaiting(
  contender: Contender,
  {
    bench: { setting },
    count,
    from = 0,
  }: { readonly bench: Bench; readonly count: number; readonly from?: number },
): Promise<void> {
  const producer = await contender.openProducer(setting);
  for (const batch of inBatches(todos(count, from), BATCH)) await producer.acceptWaiting(batch);
  await producer.close();
}

async function usedMemory(redis: Redis): Promise<number> {
  // Buffers of closed connections and of the append-only file are freed a moment later.
  await pause(1_500);
  return Number(/^used_memory:(\d+)/m.exec(await redis.info("memory"))?.[1]);
}
