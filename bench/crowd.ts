/**
 * `npm run bench:crowd`: how late each of three thousand deliveries is sent that are due at the same moment.
 * Measured with a worker that has just started, and with one that has delivered a thousand others before: code
 * that runs for the first time is several times slower.
 */
import { setTimeout as pause } from "node:timers/promises";
import { createProducer } from "../src/app/producer.ts";
import { ACCOUNT, configOf, tuningOf } from "./bida/setup.ts";
import { bida } from "./bida/contender.ts";
import { allChecked, BATCH } from "./delivery-run.ts";
import { goalOf } from "./figures.ts";
import { readOptions } from "./options.ts";
import { openBench, type Bench } from "./bench.ts";
import { inBatches, todos, type Todo } from "./todo.ts";
import { startWorker } from "./worker-process.ts";

const CROWD = 3_000;
const BEFORE = 1_000;
/** Long enough to accept all of them. */
const DUE_IN_MS = 5_000;
const ASK_EVERY_MS = 100;
const GIVE_UP_MS = 60_000;
const GOAL_MS = 1_500;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

const options = readOptions(process.argv.slice(2), { deliveries: CROWD });
const bench = await openBench(options);
try {
  // The first round warms up and is not reported.
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const before of [0, BEFORE]) {
      const late = await latenessOf(bench, { crowd: options.deliveries, before });
      if (round === 0) continue;
      const [middle, last] = [late[Math.floor(late.length / 2)] ?? NaN, late.at(-1) ?? NaN];
      const who = before === 0 ? "a fresh worker" : `a worker that has delivered ${before}`;
      process.stdout.write(
        `${options.deliveries} due at one moment, ${who}: sent ${Math.round(middle)} ms late in the middle, the last one ${Math.round(last)} ms (${goalOf(last, { is: "atMost", value: GOAL_MS })})\n`,
      );
    }
  }
} finally {
  await bench.close();
}

interface Size {
  readonly crowd: number;
  /** Delivered by the same worker before. */
  readonly before: number;
}

/** How late each of the crowd was sent, in milliseconds, the least first. */
async function latenessOf({ setting, platform, clear }: Bench, { crowd, before }: Size): Promise<number[]> {
  await clear();
  const worker = await startWorker(bida.workerFile, { setting });
  try {
    worker.go();
    const producer = createProducer({
      config: configOf(setting),
      tuning: tuningOf(setting),
      onError: console.error,
    });
    const accept = async (some: readonly Todo[], due?: number): Promise<void> => {
      const sendAt = due === undefined ? {} : { sendAt: new Date(due).toISOString() };
      for (const batch of inBatches(some, BATCH))
        await producer.enqueueBatch(
          batch.map((todo) => ({
            account: ACCOUNT,
            operation: "todo.create",
            payload: { ...todo },
            ...sendAt,
          })),
        );
    };
    await accept(todos(before, crowd));
    await allChecked(platform, before);
    await platform.reset();
    const due = Date.now() + DUE_IN_MS;
    await accept(todos(crowd), due);
    if (Date.now() > due) throw new Error("accepting took longer than they had to wait");
    await producer.close();
    const until = due + GIVE_UP_MS;
    let { sends } = await platform.count();
    while (sends < crowd && Date.now() < until) {
      await pause(ASK_EVERY_MS);
      ({ sends } = await platform.count());
    }
    if (sends < crowd) throw new Error(`only ${sends} were sent within a minute`);
    return (await platform.moments()).map((at) => at - due).toSorted((a, b) => a - b);
  } finally {
    await worker.stop();
  }
}
