/**
 * One round of sends by hand, as a worker makes it.
 */
import type { AccountContext } from "../../src/pipeline/account-context.ts";
import { leaseSendRound, sendLeased, settleFound, type Signals } from "../../src/pipeline/send-round.ts";

/** Leases what is due and sends it; resolves when all of it is saved. */
export async function sendAll(
  line: AccountContext,
  signals: Signals = { leaving: NEVER, signal: NEVER },
): Promise<void> {
  const round = await leaseSendRound(50, line);
  await Promise.all(
    round.sends.map((found) =>
      found.kind === "go"
        ? sendLeased({ found, round, guard: round.guard() }, line, signals)
        : settleFound(found, round.now, line),
    ),
  );
}

export const NEVER = new AbortController().signal;
