/**
 * What the workers of an account are doing right now, for a person who checks whether work goes on: leases,
 * looks, and whether the account is asleep.
 */
import { isoMoment } from "./moment.ts";
import type { Caller } from "./caller.ts";
import { accountsFor, type OperationsContext } from "./context.ts";

export interface Leases {
  readonly count: number;
  /** When the first lease runs out unless it is renewed. A lease that has run out is taken over by the next look. */
  readonly firstEndsAt: number | null;
}

export interface AccountWork {
  readonly sends: Leases;
  readonly checks: Leases;
  /** A look found nothing to send: whoever makes a send due must wake a worker. */
  readonly isAsleep: boolean;
}

export interface AccountWorkReader {
  read(): Promise<AccountWork>;
}

/** Each configured account, with the latest look and wake-up that its workers report. */
export async function readWork(caller: Caller, context: OperationsContext) {
  const looks = (await context.workers.list()).flatMap(({ looks, seenAt }) =>
    looks.map(({ account, lookedMs, wokenMs }) => ({
      account,
      lookedAt: seenAt - lookedMs,
      wokenAt: wokenMs === null ? null : seenAt - wokenMs,
    })),
  );
  const byAccount = Map.groupBy(looks, ({ account }) => account);
  const configured = (accountsFor(caller, { named: undefined, context }) ?? []).filter(
    ({ isConfigured }) => isConfigured,
  );
  return Promise.all(
    configured.map(async ({ name, work }) => {
      const { sends, checks, isAsleep } = await work.read();
      const its = byAccount.get(name) ?? [];
      return {
        account: name,
        sends: leasesView(sends),
        checks: leasesView(checks),
        asleep: isAsleep,
        lookedAt: isoMoment(latestOf(its.map(({ lookedAt }) => lookedAt))),
        wokenAt: isoMoment(latestOf(its.flatMap(({ wokenAt }) => wokenAt ?? []))),
      };
    }),
  );
}

function leasesView({ count, firstEndsAt }: Leases) {
  return { count, firstEndsAt: isoMoment(firstEndsAt) };
}

function latestOf(moments: readonly number[]): number | null {
  return moments.length === 0 ? null : Math.max(...moments);
}
