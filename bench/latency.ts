/**
 * `npm run bench:latency`: how long a delivery takes without a queue before it: 200 a second, each acknowledged
 * by itself. Measured are the time from its acknowledgement to its first byte at the platform, and from the
 * moment when the platform shows it to its confirmation; compared with the baseline, in turns.
 *
 * All times come from one clock. Both sides wait 50 ms between a send and its check.
 */
import { setTimeout as pause } from "node:timers/promises";
import { baseline } from "./baseline/contender.ts";
import { bida } from "./bida/contender.ts";
import type { Contender } from "./contender.ts";
import { median } from "./figures.ts";
import { readOptions } from "./options.ts";
import { openBench, type Bench } from "./bench.ts";
import { steadyMs } from "./steady-clock.ts";
import { todos } from "./todo.ts";
import { startWorker } from "./worker-process.ts";

const PER_SECOND = 200;
const SECONDS = 20;
/** The time in which a fresh worker connects and its JIT warms up is not reported. */
const WARM_UP_SECONDS = 2;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

interface Latencies {
  readonly toFirstByte: number[];
  readonly toConfirmed: number[];
}

const CONTENDERS = [baseline, bida] as const;
const options = readOptions(process.argv.slice(2), { deliveries: PER_SECOND * SECONDS });
const bench = await openBench(options);
try {
  const rounds = new Map<Contender, Latencies[]>(CONTENDERS.map((contender) => [contender, []]));
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const [contender, runs] of rounds) {
      process.stderr.write(`round ${round} of ${options.rounds}: ${contender.name}\n`);
      runs.push(await latenciesOf(contender, { bench, deliveries: options.deliveries }));
    }
  }
  report(rounds);
} finally {
  await bench.close();
}

async function latenciesOf(
  contender: Contender,
  { bench, deliveries }: { readonly bench: Bench; readonly deliveries: number },
): Promise<Latencies> {
  const { setting, platform, clear } = bench;
  await clear();
  await platform.watch();
  const worker = await startWorker(contender.workerFile, { setting: { ...setting, saysWhatEnds: true } });
  try {
    worker.go();
    const accepted = offer(contender, { bench, deliveries });
    const endedAt = new Map<string, number>();
    while (endedAt.size < deliveries) {
      const { name, at } = await worker.ended();
      endedAt.set(name, at);
    }
    const seen = new Map((await platform.watched()).map((one) => [one.sourceId, one]));
    const latencies: Latencies = { toFirstByte: [], toConfirmed: [] };
    for (const { sourceId, name, at } of (await accepted).slice(PER_SECOND * WARM_UP_SECONDS)) {
      const { arrivedAt = NaN, shownAt = NaN } = seen.get(sourceId) ?? {};
      latencies.toFirstByte.push(arrivedAt - at);
      latencies.toConfirmed.push((endedAt.get(name) ?? NaN) - shownAt);
    }
    return latencies;
  } finally {
    await worker.stop();
  }
}

interface Accepted {
  readonly sourceId: string;
  readonly name: string;
  readonly at: number;
}

/** Enqueues each at its moment, whether or not the ones before have been acknowledged. */
async function offer(
  contender: Contender,
  { bench: { setting }, deliveries }: { readonly bench: Bench; readonly deliveries: number },
): Promise<Accepted[]> {
  const producer = await contender.openProducer(setting);
  const startedAt = steadyMs();
  const accepted: Promise<Accepted>[] = [];
  for (const [index, todo] of todos(deliveries).entries()) {
    const early = startedAt + (index * 1_000) / PER_SECOND - steadyMs();
    if (early > 0) await pause(early);
    const accept = async (): Promise<Accepted> => {
      const [name = ""] = await producer.accept([todo]);
      return { sourceId: todo.sourceId, name, at: steadyMs() };
    };
    accepted.push(accept());
  }
  const all = await Promise.all(accepted);
  await producer.close();
  return all;
}

function report(rounds: ReadonlyMap<Contender, readonly Latencies[]>): void {
  const TITLES = {
    toFirstByte: "from acknowledgement to the first byte at the platform",
    toConfirmed: "from visible to confirmed (50 ms of them are the wait for the check)",
  };
  for (const figure of ["toFirstByte", "toConfirmed"] as const) {
    process.stdout.write(`ms ${TITLES[figure]}; no goal was set\n`);
    for (const [{ name }, runs] of rounds) {
      const told = [50, 99].map((percent) => {
        const each = runs.map((run) => percentile(run[figure], percent));
        return `p${percent} ${rounded(median(each))} (${rounded(Math.min(...each))}–${rounded(Math.max(...each))})`;
      });
      process.stdout.write(`  ${name.padEnd(8)} ${told.join(", ")}\n`);
    }
  }
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
}

function rounded(ms: number | null): string {
  return ms === null ? "–" : ms.toFixed(1);
}
