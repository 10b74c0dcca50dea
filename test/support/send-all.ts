/**
 * One round of sends, made by hand as a worker makes it.
 */
import type { AccountContext } from "../../src/pipeline/account-context.ts";
import { eventually } from "./eventually.ts";
import { leaseSendRound, sendLeased, settleFound, type Signals } from "../../src/pipeline/send-round.ts";

/**
 * Leases and sends what is due; resolves when all of it is saved. A delivery that was acknowledged just now is
 * due by Redis' clock, which may be a moment behind the producer's. So it looks until something is due, as a
 * worker does.
 */
export async function sendAll(
  context: AccountContext,
  signals: Signals = { leaving: NEVER, signal: NEVER },
): Promise<void> {
  const round = await eventually(
    () => leaseSendRound({ most: 50 }, context),
    ({ sends }) => sends.length > 0,
  );
  await Promise.all(
    round.sends.map((found) =>
      found.kind === "go"
        ? sendLeased(
            { found, round, guard: round.guard(), quarantine: round.quarantineFor(found) },
            { context, signals },
          )
        : settleFound(found, { now: round.now, context }),
    ),
  );
}

export const NEVER = new AbortController().signal;
