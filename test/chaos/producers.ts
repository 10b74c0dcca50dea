/**
 * Producers: each works on one lane after the other, waits for each acknowledgement before the next
 * order of the lane, repeats what was not answered, and now and then says the same thing twice.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Producer } from "../../src/app/producer.ts";
import type { EnqueueInput, EnqueueResult } from "../../src/operations/enqueue.ts";
import { Dice } from "./dice.ts";
import type { History } from "./history.ts";
import type { Line } from "./workloads/workload.ts";

const AT_ONCE = 4;
const PAUSE_MS = { least: 50, most: 700 };
const REPEAT_AFTER_MS = 100;
const SAID_TWICE = 0.15;
const SAID_AGAIN = 0.1;

export interface ProducersOptions {
  readonly producer: Producer;
  readonly history: History;
  readonly lines: readonly Line[];
  readonly seed: number;
  /** Aborts when nothing more is to be ordered. */
  readonly signal: AbortSignal;
}

/** Resolves when the signal has ended the last of them. */
export async function produce(options: ProducersOptions): Promise<void> {
  const workers = options.lines.flatMap((line) =>
    Array.from({ length: AT_ONCE }, async (_, index) => orderLanes(line, index, options)),
  );
  await Promise.all(workers);
}

async function orderLanes(line: Line, index: number, options: ProducersOptions): Promise<void> {
  const { seed, signal } = options;
  const dice = new Dice(`${line.name} ${index} ${seed}`);
  for (let count = 0; !signal.aborted; count += 1) {
    const lane = `${line.name}-${index}-${count}`;
    await orderLane(line, lane, dice, options);
  }
}

async function orderLane(line: Line, lane: string, dice: Dice, options: ProducersOptions): Promise<void> {
  for (const [place, order] of line.lane(lane, dice).entries()) {
    const twice = dice.chance(SAID_TWICE);
    const again = dice.chance(SAID_AGAIN);
    const pauseMs = dice.between(PAUSE_MS.least, PAUSE_MS.most);
    const said = [say(order, options), ...(twice ? [say(order, options)] : [])];
    const ids = await Promise.all(said);
    if (again) ids.push(await say(order, options));
    const [at] = [Date.now()];
    for (const id of ids.filter((id) => id !== null)) {
      options.history.acknowledge({ id, order, line, lane, place, at });
    }
    if (ids.every((id) => id === null) || options.signal.aborted) return;
    await sleep(pauseMs);
  }
}

/** The id under which it was acknowledged; null if the chaos was over first. */
async function say(order: EnqueueInput, { producer, signal }: ProducersOptions): Promise<string | null> {
  for (;;) {
    const id = idOf(await producer.enqueue(order));
    if (id !== null) return id;
    if (signal.aborted) return null;
    await sleep(REPEAT_AFTER_MS);
  }
}

function idOf(result: EnqueueResult): string | null {
  switch (result.kind) {
    case "created":
    case "existing":
      return result.id;
    case "unavailable":
    case "notDurable":
    case "full":
      return null;
    case "conflict":
    case "invalid":
    case "unknownAccount":
      throw new Error(`an order was refused: ${JSON.stringify(result)}`);
  }
}
