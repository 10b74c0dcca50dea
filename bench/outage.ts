/**
 * `npm run bench:outage`: what one account's outage costs another account of the same worker.
 *
 * In turns, the same deliveries of a healthy account alone, and beside as many of an account whose
 * platform refuses connections. The goal is reported, not enforced: a busy machine is no bug.
 */
import { acceptForDown, bida } from "./bida/contender.ts";
import { BATCH, measureDeliveryRun } from "./delivery-run.ts";
import { goalOf, median } from "./figures.ts";
import { readOptions, USAGE } from "./options.ts";
import { machine } from "./report.ts";
import { openBench, type Bench } from "./bench.ts";
import { inBatches, todos } from "./todo.ts";

const GOAL = 0.97;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

try {
  const options = readOptions(process.argv.slice(2));
  const bench = withDownAccount(await openBench(options));
  try {
    const rounds = await measure(bench, options);
    const ratio = rounds.beside / rounds.alone;
    const result = {
      machine: machine(await bench.redis.info("server")),
      options,
      ...rounds,
      ratio,
      goal: GOAL,
    };
    process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : tableOf(rounds, ratio));
  } finally {
    await bench.close();
  }
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

function withDownAccount(bench: Bench): Bench {
  return { ...bench, setting: { ...bench.setting, withDownAccount: true } };
}

interface Medians {
  /** Deliveries a second of the healthy account. */
  readonly alone: number;
  readonly beside: number;
}

interface Size {
  readonly rounds: number;
  readonly deliveries: number;
}

/** The first run of each kind warms up, and is not counted. */
async function measure(bench: Bench, { rounds, deliveries }: Size): Promise<Medians> {
  const alone: number[] = [];
  const beside: number[] = [];
  const size = { deliveries, nodeFlags: [] };
  const waiting = inBatches(todos(deliveries), BATCH);
  for (let round = 0; round <= rounds; round += 1) {
    alone.push((await measureDeliveryRun(bida, bench, size)).deliveriesPerSecond);
    const fill = (): Promise<void> => acceptForDown(bench.setting, waiting);
    beside.push((await measureDeliveryRun(bida, bench, { ...size, beside: fill })).deliveriesPerSecond);
    process.stderr.write(
      `round ${round}: ${alone.at(-1)?.toFixed(0)} alone, ${beside.at(-1)?.toFixed(0)} beside\n`,
    );
  }
  return { alone: median(alone.slice(1)) ?? NaN, beside: median(beside.slice(1)) ?? NaN };
}

function tableOf({ alone, beside }: Medians, ratio: number): string {
  return [
    `deliveries/s of a healthy account, alone                ${alone.toFixed(0)}`,
    `the same, beside an account whose platform is away      ${beside.toFixed(0)}`,
    `ratio (${goalOf(ratio, "atLeast", GOAL)}) ${ratio.toFixed(2)}`,
    "",
  ].join("\n");
}
