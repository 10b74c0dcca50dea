/**
 * What becomes of a delivery whose operation this worker does not know: a worker of a newer version may. Pure.
 *
 * Invariant: nobody was asked, so nothing ends here but at the deadline (`decideAtDeadline`), and the pauses do not
 * grow: each look of this worker would otherwise keep the delivery longer from one that knows it.
 */
import { decideAfterSend } from "./decide-send.ts";
import { endsAt, settle, type Decision, type DecisionContext } from "./decision.ts";
import { isOutstanding, sendTargets } from "./ledger.ts";
import { move } from "./lifecycle.ts";
import type { DeliveryState } from "./record.ts";

const PAUSE_MS = 10_000;
/** At its end another worker has little time left for the last question. */
const PAUSE_AT_END_MS = 1_000;

/** An older worker could read no cause of a new name, and would end the record as broken. The detail says why. */
const CAUSE = "unreachable";

interface Left {
  /** Why; told once. */
  readonly detail: string;
  readonly context: DecisionContext;
}

/** One that was leased to be sent. */
export function leaveSendToAnother(state: DeliveryState, { detail, context }: Left): Decision {
  const policy = { ...context.policy, backoffMs: { first: PAUSE_MS, most: PAUSE_MS } };
  return decideAfterSend(
    { ...state, waits: 0 },
    {
      targets: sendTargets(state.recipients, Infinity),
      outcome: { kind: CAUSE, detail },
      context: { ...context, policy },
    },
  );
}

/** One that was leased to be checked. */
export function leaveCheckToAnother(state: DeliveryState, { detail, context }: Left): Decision {
  // Nothing is left to ask.
  if (!state.recipients.some(isOutstanding))
    return settle(state, { recipients: state.recipients, entries: [], context });
  const { now } = context;
  const end = endsAt(state.recipients, context);
  const nextAt = now < end ? Math.min(now + PAUSE_MS, end) : now + PAUSE_AT_END_MS;
  return {
    state: move(state, { changed: { waitCause: CAUSE }, standing: { status: "confirming", nextAt } }),
    entries: state.waitCause === CAUSE ? [] : [{ at: now, event: "waiting", cause: CAUSE, detail }],
  };
}
