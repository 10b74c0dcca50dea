/**
 * The orders of the demo: about equal shares for each part, from the examples.
 */
import { readFileSync } from "node:fs";
import type { EnqueueInput } from "../../operations/enqueue.ts";
import type { Producer } from "../../app/producer.ts";
import { messages } from "./platforms/messages.ts";
import type { DemoPart, PartName } from "./platforms/scenario.ts";
import { schedules } from "./platforms/schedules.ts";
import { tasks } from "./platforms/tasks.ts";
import { todos } from "./platforms/todos.ts";

export const PARTS: readonly DemoPart[] = [todos, schedules, tasks, messages];
const ENQUEUE_BATCH = 50;

interface Order {
  readonly part: PartName;
  readonly input: EnqueueInput;
}

/** An acknowledged order. */
export interface Accepted extends Order {
  readonly id: string;
}

export function ordersFor(deliveries: number): Order[] {
  return PARTS.flatMap((part, index) => {
    const share = Math.floor(deliveries / PARTS.length) + (index < deliveries % PARTS.length ? 1 : 0);
    return examples(part, share).map((input) => ({ part: part.name, input }));
  });
}

/** The examples of a part, repeated under other names if more are needed. */
function examples(part: DemoPart, count: number): EnqueueInput[] {
  const lines = readFileSync(part.file, "utf8").trim().split("\n");
  const inputs = lines.map((line) => JSON.parse(line) as EnqueueInput);
  return Array.from({ length: count }, (_, index) => {
    const input = inputs[index % inputs.length];
    if (input === undefined) throw new Error(`${part.file.pathname} is empty`);
    const round = Math.floor(index / inputs.length);
    return round === 0 ? input : part.again(input, round);
  });
}

export async function enqueueAll(
  orders: readonly Order[],
  { producer, signal }: { readonly producer: Producer; readonly signal: AbortSignal },
): Promise<Accepted[]> {
  const accepted: Accepted[] = [];
  for (let at = 0; at < orders.length; at += ENQUEUE_BATCH) {
    signal.throwIfAborted();
    const batch = orders.slice(at, at + ENQUEUE_BATCH);
    const results = await producer.enqueueBatch(batch.map(({ input }) => input));
    for (const [index, order] of batch.entries()) {
      const result = results[index];
      if (result?.kind !== "created")
        throw new Error(`an example was not accepted: ${JSON.stringify(result)}`);
      accepted.push({ ...order, id: result.id });
    }
  }
  return accepted;
}
