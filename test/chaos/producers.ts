/**
 * Producers: each works on one lane after the other, waits for each acknowledgement before the next order of
 * the lane, repeats calls that got no answer, and now and then repeats one that did.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { EnqueueInput } from "../../src/operations/enqueue.ts";
import { Dice } from "./dice.ts";
import type { History } from "./history.ts";
import type { WayIn } from "./ways-in.ts";
import type { Workload } from "./workloads/workload.ts";

/** Producers for each workload; more than there are ways in. */
const AT_ONCE = 4;
const PAUSE_MS = { least: 50, most: 700 };
const REPEAT_AFTER_MS = 100;
const SAID_TWICE = 0.15;
const SAID_AGAIN = 0.1;

interface ProducersOptions {
  readonly ways: readonly WayIn[];
  readonly history: History;
  readonly workloads: readonly Workload[];
  readonly seed: number;
  /** Aborts when no more orders are to be made. */
  readonly signal: AbortSignal;
}

/** Resolves when the signal has stopped all producers. */
export async function produce(options: ProducersOptions): Promise<void> {
  const workers = options.workloads.flatMap((workload) =>
    Array.from({ length: AT_ONCE }, async (_, index) => orderLanes(workload, index, options)),
  );
  await Promise.all(workers);
}

async function orderLanes(workload: Workload, index: number, options: ProducersOptions): Promise<void> {
  const { seed, signal, ways } = options;
  const way = ways[index % ways.length];
  if (way === undefined) throw new Error("there is no way in");
  const dice = new Dice(`${workload.name} ${index} ${seed}`);
  for (let count = 0; !signal.aborted; count += 1) {
    const lane = `${workload.name}-${index}-${count}`;
    await orderLane({ workload, lane, way, dice }, options);
  }
}

interface Lane {
  readonly workload: Workload;
  readonly lane: string;
  readonly way: WayIn;
  readonly dice: Dice;
}

async function orderLane({ workload, lane, way, dice }: Lane, options: ProducersOptions): Promise<void> {
  for (const [place, order] of workload.lane(lane, dice).entries()) {
    const twice = dice.chance(SAID_TWICE);
    const again = dice.chance(SAID_AGAIN);
    const pauseMs = dice.between(PAUSE_MS.least, PAUSE_MS.most);
    const say = async (): Promise<string | null> => saidUntilAnswered(order, way, options.signal);
    const ids = await Promise.all([say(), ...(twice ? [say()] : [])]);
    if (again) ids.push(await say());
    const at = Date.now();
    for (const id of ids.filter((id) => id !== null)) {
      options.history.acknowledge({ id, order, workload, way: way.name, lane, place, at });
    }
    if (ids.every((id) => id === null) || options.signal.aborted) return;
    await sleep(pauseMs);
  }
}

/** Repeats an order until it is acknowledged. Resolves with its id; null if the chaos was over first. */
async function saidUntilAnswered(
  order: EnqueueInput,
  way: WayIn,
  signal: AbortSignal,
): Promise<string | null> {
  for (;;) {
    const id = await way.say(order);
    if (id !== null) return id;
    if (signal.aborted) return null;
    await sleep(REPEAT_AFTER_MS);
  }
}
