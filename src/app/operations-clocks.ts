/**
 * What runs beside the operations, wherever a door is open: the watch on deliveries that somebody waits
 * for, and the clock of bulk actions.
 */
import type { ActionLease } from "../operations/bulk-action.ts";
import { EndWatch } from "../operations/end-watch.ts";
import { ACTION_LEASE_MS, runRound } from "../operations/run-action.ts";
import type { OperationsWorld } from "../operations/world.ts";
import { LeaseClock } from "../queue/lease-clock.ts";

type OnError = (error: unknown) => void;

const LOOK_EVERY_MS = 250;

export function endWatch(world: OperationsWorld, onError: OnError): EndWatch {
  return new EndWatch({
    everyMs: LOOK_EVERY_MS,
    ended: async (account, ids) => (await world.accounts.get(account)?.lists.ended(ids)) ?? ids,
    onError,
  });
}

/** Not started yet. */
export function actionClock(world: OperationsWorld, onError: OnError): LeaseClock<ActionLease> {
  return new LeaseClock<ActionLease>({
    lease: () => world.actions.lease(ACTION_LEASE_MS),
    isEmpty: ({ leased }) => leased === null,
    run: (lease) => runRound(lease, world),
    // A leased action falls due again by itself.
    release: async () => undefined,
    onError,
    gatherMs: 20,
  });
}
