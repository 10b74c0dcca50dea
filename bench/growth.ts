/**
 * `npm run bench:growth`: the CPU time of worker and Redis for one delivery while a million others wait,
 * compared with a thousand, in turns.
 */
import { bida } from "./bida/contender.ts";
import { measureDeliveryRun } from "./delivery-run.ts";
import { goalOf, median } from "./figures.ts";
import { readOptions } from "./options.ts";
import { openBench, type Bench } from "./bench.ts";
import { fillWaiting } from "./waiting-run.ts";

const FEW = 1_000;
const MANY = 1_000_000;
const GOAL = 1.1;
/**
 * The first number of the todos that only wait. They must not share a lane with a delivered todo, which they
 * would block.
 */
const OTHERS = 10_000_000;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

const options = readOptions(process.argv.slice(2), { waiting: MANY, rounds: 1 });
const bench = await openBench(options);
try {
  // Warms JIT and page cache before the two rounds that count.
  await costBeside(bench, FEW);
  const few: number[] = [];
  const many: number[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    few.push(await costBeside(bench, FEW));
    many.push(await costBeside(bench, options.waiting));
    process.stderr.write(`round ${round + 1}: ${few.at(-1)?.toFixed(0)} and ${many.at(-1)?.toFixed(0)} µs\n`);
  }
  const [less, more] = [median(few) ?? NaN, median(many) ?? NaN];
  process.stdout.write(
    [
      `µs of worker and Redis a delivery, beside ${FEW} waiting   ${less.toFixed(0)}`,
      `the same, beside ${options.waiting} waiting                ${more.toFixed(0)}`,
      `ratio (${goalOf(more / less, { is: "atMost", value: GOAL })}) ${(more / less).toFixed(2)}`,
      "",
    ].join("\n"),
  );
} finally {
  await bench.close();
}

async function costBeside(bench: Bench, waiting: number): Promise<number> {
  const run = await measureDeliveryRun(bida, {
    bench,
    size: {
      deliveries: options.deliveries,
      nodeFlags: [],
      beside: () => fillWaiting(bida, { bench, count: waiting, from: OTHERS }),
    },
  });
  return run.workerMicros + run.redisMicros;
}
