/**
 * What runs beside the operations of an API or a command line: the watch on deliveries that callers wait for, and
 * the clock of bulk actions.
 */
import type { ActionLease } from "../operations/bulk-action.ts";
import { EndWatch } from "../operations/end-watch.ts";
import { ACTION_LEASE_MS, runActionRound } from "../operations/run-action.ts";
import type { OperationsContext } from "../operations/context.ts";
import { LeaseClock } from "../queue/lease-clock.ts";

type OnError = (error: unknown) => void;

const LOOK_EVERY_MS = 250;

export function endWatch(context: OperationsContext, onError: OnError): EndWatch {
  return new EndWatch({
    everyMs: LOOK_EVERY_MS,
    ended: async (account, ids) => (await context.accounts.get(account)?.lists.ended(ids)) ?? ids,
    onError,
  });
}

/** The clock of bulk actions, not started yet. */
export function actionClock(context: OperationsContext, onError: OnError): LeaseClock<ActionLease> {
  return new LeaseClock<ActionLease>({
    lease: () => context.actions.lease(ACTION_LEASE_MS),
    isEmpty: ({ leased }) => leased === null,
    run: (lease) => runActionRound(lease, context),
    // Nothing to do: a leased action falls due again by itself.
    release: async () => undefined,
    onError,
    gatherMs: 20,
  });
}
