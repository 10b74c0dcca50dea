/**
 * `npm run bench:accounts`: what fifty accounts cost one worker: connections to Redis, CPU while nothing is
 * due, and deliveries a second, compared with one account that has the same deliveries.
 */
import { bida } from "./bida/contender.ts";
import { cpuMicros } from "./cpu.ts";
import { measureDeliveryRun } from "./delivery-run.ts";
import { median } from "./figures.ts";
import { readOptions } from "./options.ts";
import { openBench, type Bench } from "./bench.ts";
import { startWorker } from "./worker-process.ts";

const ACCOUNTS = 50;
const WATCHED_MS = 10_000;
const SETTLE_MS = 3_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

const options = readOptions(process.argv.slice(2));
const bench = await openBench(options);
try {
  const sides = [1, ACCOUNTS].map((accounts) => ({
    accounts,
    bench: { ...bench, setting: { ...bench.setting, accounts } },
    runs: [] as number[],
  }));
  // In turns. The first round of each side warms up and is not counted.
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const side of sides) {
      const size = { deliveries: options.deliveries, nodeFlags: [] };
      const { deliveriesPerSecond } = await measureDeliveryRun(bida, { bench: side.bench, size });
      if (round > 0) side.runs.push(deliveriesPerSecond);
    }
  }
  for (const side of sides) {
    const idle = await idleOf(side.bench);
    const middle = median(side.runs) ?? NaN;
    process.stdout.write(
      `${side.accounts} accounts: ${idle.connections} connections, idle CPU of a core: worker ${idle.worker.toFixed(1)} %, Redis ${idle.redis.toFixed(1)} %; ${Math.round(middle)} deliveries/s\n`,
    );
  }
} finally {
  await bench.close();
}

async function idleOf({
  setting,
  redis,
  redisPid,
  clear,
}: Bench): Promise<{ connections: number; worker: number; redis: number }> {
  await clear();
  const worker = await startWorker(bida.workerFile, { setting });
  try {
    worker.go();
    await pause(SETTLE_MS);
    const clients =
      String(await redis.client("LIST"))
        .trim()
        .split("\n").length - 1;
    const used = (): [number, number] => [cpuMicros(worker.pid), cpuMicros(redisPid)];
    const [workerBefore, redisBefore] = used();
    await pause(WATCHED_MS);
    const [workerAfter, redisAfter] = used();
    const percent = (micros: number): number => (micros / (WATCHED_MS * 1_000)) * 100;
    return {
      connections: clients,
      worker: percent(workerAfter - workerBefore),
      redis: percent(redisAfter - redisBefore),
    };
  } finally {
    await worker.stop();
  }
}
