/**
 * What happens to a delivery whose operation this worker does not know: a worker of a newer version may know
 * it. Pure.
 *
 * Invariants: the platform was not asked, so only the deadline ends the delivery (`decideAtDeadline`). The
 * pauses do not grow: otherwise each look of this worker would keep the delivery longer from a worker that
 * knows its operation.
 */
import { decideAfterSend } from "./decide-send.ts";
import { endsAt, settle, type Decision, type DecisionContext } from "./decision.ts";
import { isOutstanding, sendTargets } from "./ledger.ts";
import { move } from "./lifecycle.ts";
import type { DeliveryState } from "./record.ts";

const PAUSE_MS = 10_000;
/** After the deadline: another worker has little time left for the last check. */
const PAUSE_AT_END_MS = 1_000;

/**
 * Not a cause of its own: an older worker could not read it, and would end the record as unreadable. The detail
 * gives the real cause.
 */
const CAUSE = "unreachable";

interface Left {
  /** Why; it stands in the timeline once. */
  readonly detail: string;
  readonly context: DecisionContext;
}

/** A delivery that was leased to be sent. */
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

/** A delivery that was leased to be checked. */
export function leaveCheckToAnother(state: DeliveryState, { detail, context }: Left): Decision {
  // No recipient is left to check.
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
