/** Counts what matches, then acts on exactly that: what arrived after the count stays out. */
import type { BulkAction, BulkOrder, DeadLetterFilter } from "../../../src/doors/client/types.ts";
import type { DeadLetterAct } from "./acts.ts";
import { bida } from "./session.ts";

const LOOK_EVERY_MS = 250;

export interface Counted {
  readonly count: number;
  /** With the moment of the count, by the server's clock. */
  readonly filter: DeadLetterFilter;
}

export async function count(
  act: DeadLetterAct["act"],
  { filter, signal }: { readonly filter: DeadLetterFilter; readonly signal: AbortSignal },
): Promise<Counted> {
  const begun = await begin(act, { filter, dryRun: true, note: "count" });
  const action = await untilDone(begun, signal);
  return { count: action.matched, filter: { ...filter, until: filter.until ?? action.startedAt } };
}

/** Looks again until it has ended. */
export async function untilDone(begun: BulkAction, signal: AbortSignal): Promise<BulkAction> {
  let action = begun;
  while (action.status === "running") {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    action = await bida.deadLetters.action(action.id, { signal });
  }
  return action;
}

export async function begin(
  act: DeadLetterAct["act"],
  order: BulkOrder & { readonly note: string },
): Promise<BulkAction> {
  const { deadLetters } = bida;
  switch (act) {
    case "replay":
      return deadLetters.replayMany(order);
    case "discard":
      return deadLetters.discardMany(order);
    case "verify":
      return deadLetters.verifyMany(order);
  }
}
