/**
 * `npm run bench`: Bida end to end, compared with a bare BullMQ worker and with the floor (two calls without
 * guarantees), in one run and in turns.
 *
 * Results go to stdout, progress to stderr. Goals are reported, not enforced: a busy machine is no bug.
 */
import { baseline } from "./baseline/contender.ts";
import { bida } from "./bida/contender.ts";
import type { Contender, ContenderName } from "./contender.ts";
import { floor } from "./floor/contender.ts";
import { measureDeliveryRun } from "./delivery-run.ts";
import { compare, noFigures, type Figures, type Sides } from "./figures.ts";
import { readOptions, USAGE, type Options } from "./options.ts";
import { asJson, asTable, machine } from "./report.ts";
import { openBench, type Bench } from "./bench.ts";
import { bytesWaiting, idleCpuPercents } from "./waiting-run.ts";

const CONTENDERS: readonly Contender[] = [baseline, bida, floor];
const IDLE_LOOKS = 3;

/** A signal ends everything that was started: on exit each process of the bench is killed. */
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

const options = asked();
if (options === null) process.exitCode = 2;
else await run(options);

function asked(): Options | null {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return null;
  }
}

async function run(options: Options): Promise<void> {
  const bench = await openBench(options);
  try {
    const described = machine(await bench.redis.info("server"));
    const lines = compare(await measure(bench, options));
    process.stdout.write(
      `${options.json ? asJson(lines, { options, machine: described }) : asTable(lines, { options, machine: described })}\n`,
    );
  } finally {
    await bench.close();
  }
}

async function measure(bench: Bench, options: Options): Promise<Sides> {
  const contenders = CONTENDERS.filter(({ name }) => options.only === null || options.only === name);
  const sides = new Map(contenders.map(({ name }): [ContenderName, Figures] => [name, noFigures()]));
  for (const contender of contenders) {
    tell(`warm-up: ${contender.name}`);
    await measureDeliveryRun(contender, { bench, size: { deliveries: options.deliveries, nodeFlags: [] } });
  }
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const contender of contenders)
      await measureOnce(contender, { bench, options, figures: figuresOf(sides, contender), round });
  }
  if (options.waiting > 0) {
    for (const contender of contenders) {
      tell(`${options.waiting} waiting: ${contender.name}`);
      const percents = await idleCpuPercents(contender, {
        bench,
        waiting: options.waiting,
        looks: IDLE_LOOKS,
      });
      figuresOf(sides, contender).idleRedisPercent.push(...percents);
    }
  }
  return sides;
}

async function measureOnce(
  contender: Contender,
  {
    bench,
    options: { rounds, deliveries, profile },
    figures,
    round,
  }: { readonly bench: Bench; readonly options: Options; readonly figures: Figures; readonly round: number },
): Promise<void> {
  const nodeFlags = profile === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}/${contender.name}`];
  const run = await measureDeliveryRun(contender, { bench, size: { deliveries, nodeFlags } });
  figures.deliveriesPerSecond.push(run.deliveriesPerSecond);
  figures.acceptedPerSecond.push(run.acceptedPerSecond);
  figures.workerMicros.push(run.workerMicros);
  figures.redisMicros.push(run.redisMicros);
  figures.bothMicros.push(run.workerMicros + run.redisMicros);
  figures.redisCommands.push(run.redisCommands);
  figures.redisBytes.push(run.redisBytes);
  figures.bytesWaiting.push(await bytesWaiting(contender, bench));
  tell(`round ${round} of ${rounds}: ${contender.name} ${Math.round(run.deliveriesPerSecond)} deliveries/s`);
}

function figuresOf(sides: Sides, { name }: Contender): Figures {
  const figures = sides.get(name);
  if (figures === undefined) throw new Error(`${name} takes no part`);
  return figures;
}

function tell(progress: string): void {
  process.stderr.write(`${progress}\n`);
}
