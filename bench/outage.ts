/**
 * `npm run bench:outage`: what one account's outage costs another account of the same worker.
 *
 * Runs pairs: the same deliveries of a healthy account alone, and together with as many of an account whose
 * platform refuses connections. Every second pair begins with the other run. Reported is the median of the
 * pairs' ratios: other load on the machine usually slows both runs of a pair. The goal is reported, not
 * enforced: a busy machine is no bug.
 */
import { acceptForDown, bida } from "./bida/contender.ts";
import { BATCH, measureDeliveryRun } from "./delivery-run.ts";
import { goalOf, median } from "./figures.ts";
import { readOptions, USAGE } from "./options.ts";
import { machine } from "./report.ts";
import { openBench, type Bench } from "./bench.ts";
import { inBatches, todos } from "./todo.ts";

const GOAL = 0.97;
const PAIRS = 8;
const DELIVERIES = 20_000;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

try {
  const options = readOptions(process.argv.slice(2), { rounds: PAIRS, deliveries: DELIVERIES });
  const bench = withDownAccount(await openBench(options));
  try {
    const pairs = await measure(bench, options);
    const result = { machine: machine(await bench.redis.info("server")), options, pairs, goal: GOAL };
    process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : tableOf(pairs));
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

/** Deliveries a second of the healthy account. */
interface Pair {
  readonly alone: number;
  readonly beside: number;
  readonly ratio: number;
}

interface Size {
  readonly rounds: number;
  readonly deliveries: number;
}

/** The first pair warms up and is not counted. */
async function measure(bench: Bench, { rounds, deliveries }: Size): Promise<Pair[]> {
  const size = { deliveries, nodeFlags: [] };
  const waiting = inBatches(todos(deliveries), BATCH);
  const run = async (beside: boolean): Promise<number> => {
    const fill = beside ? { beside: () => acceptForDown(bench.setting, waiting) } : {};
    return (await measureDeliveryRun(bida, { bench, size: { ...size, ...fill } })).deliveriesPerSecond;
  };
  const pairs: Pair[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const isAloneFirst = round % 2 === 0;
    const [first, second] = [await run(!isAloneFirst), await run(isAloneFirst)];
    const [alone, beside] = isAloneFirst ? [first, second] : [second, first];
    const ratio = beside / alone;
    if (round > 0) pairs.push({ alone, beside, ratio });
    process.stderr.write(
      `pair ${round}: ${alone.toFixed(0)} alone, ${beside.toFixed(0)} beside, ${ratio.toFixed(2)}\n`,
    );
  }
  return pairs;
}

function tableOf(pairs: readonly Pair[]): string {
  const middle = (figure: keyof Pair): number => median(pairs.map((pair) => pair[figure])) ?? NaN;
  const ratios = pairs.map(({ ratio }) => ratio).toSorted((a, b) => a - b);
  return [
    `deliveries/s of a healthy account, alone                ${middle("alone").toFixed(0)}`,
    `the same, beside an account whose platform is away      ${middle("beside").toFixed(0)}`,
    `median ratio of ${pairs.length} pairs (${goalOf(middle("ratio"), { is: "atLeast", value: GOAL })}) ${middle("ratio").toFixed(2)}`,
    `all of them: ${ratios.map((ratio) => ratio.toFixed(2)).join(" ")}`,
    "",
  ].join("\n");
}
