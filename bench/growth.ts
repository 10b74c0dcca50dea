/**
 * `npm run bench:growth`: what a delivery costs beside a million others that wait, against what it costs
 * beside a thousand: CPU of worker and Redis, in turns.
 */
import { bida } from "./bida/contender.ts";
import { runDeliveryTurn } from "./delivery-turn.ts";
import { median } from "./figures.ts";
import { readOptions } from "./options.ts";
import { openStage, type Stage } from "./stage.ts";
import { fillWaiting } from "./waiting-turn.ts";

const FEW = 1_000;
const MANY = 1_000_000;
const GOAL = 1.1;
/** The first number of todos that only wait: in a lane of a todo that is delivered they would hold it up. */
const OTHERS = 10_000_000;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

const options = readOptions(process.argv.slice(2), { waiting: MANY, rounds: 1 });
const stage = await openStage(options);
try {
  // JIT and page cache are warm for neither of the two that count.
  await costBeside(stage, FEW);
  const few: number[] = [];
  const many: number[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    few.push(await costBeside(stage, FEW));
    many.push(await costBeside(stage, options.waiting));
    process.stderr.write(`round ${round + 1}: ${few.at(-1)?.toFixed(0)} and ${many.at(-1)?.toFixed(0)} µs\n`);
  }
  const [less, more] = [median(few) ?? NaN, median(many) ?? NaN];
  process.stdout.write(
    [
      `µs of worker and Redis a delivery, beside ${FEW} waiting   ${less.toFixed(0)}`,
      `the same, beside ${options.waiting} waiting                ${more.toFixed(0)}`,
      `ratio (goal: at most ${GOAL})                        ${(more / less).toFixed(2)}`,
      "",
    ].join("\n"),
  );
} finally {
  await stage.close();
}

async function costBeside(stage: Stage, waiting: number): Promise<number> {
  const turn = await runDeliveryTurn(bida, stage, {
    deliveries: options.deliveries,
    nodeFlags: [],
    beside: () => fillWaiting(bida, stage, waiting, OTHERS),
  });
  return turn.workerMicros + turn.redisMicros;
}
