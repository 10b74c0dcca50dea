/**
 * An account without Redis and without limits, on the real wire: what a channel alone makes of an answer.
 */
import type { AccountAccess, AccountSettings } from "../platforms/account-access.ts";
import { PlatformWire, type Wire } from "../platforms/platform-http.ts";
import { startLyingServer, type LyingServer, type Reply } from "./lying-server.ts";

/** In no outcome, whatever the platform says. */
export const TOKEN = "token-that-nobody-may-see";

export interface BareAccount {
  readonly account: AccountAccess;
  readonly server: LyingServer;
  readonly close: () => Promise<void>;
}

/** As long as a busy machine may take. */
const ANSWER_MS = 10_000;

/** @param answerMs what hangs is given up after so long */
export async function openBareAccount(
  settings: AccountSettings,
  { reply, answerMs = ANSWER_MS }: { readonly reply: Reply; readonly answerMs?: number | undefined },
): Promise<BareAccount> {
  const server = await startLyingServer(reply);
  const timeouts = { connectMs: ANSWER_MS, answerMs };
  const wire = new PlatformWire(server.url, { connections: 4, timeouts });
  const account = bareAccess(settings, wire);
  return {
    account,
    server,
    close: async () => {
      await wire.close();
      await server.close();
    },
  };
}

/** Nothing is limited, nothing claimed, and what is remembered is forgotten with it. */
export function bareAccess(settings: AccountSettings, wire: Wire): AccountAccess {
  const facts = new Map<string, string>();
  return {
    name: "bare",
    settings,
    call: (call, signal) => wire.call(call, signal),
    token: async () => ({ kind: "token", value: TOKEN }),
    dropToken: async () => undefined,
    permitCheck: async () => ({ kind: "granted" }),
    permitCall: async () => ({ kind: "granted" }),
    exhaustBudget: async () => 60_000,
    claim: async () => true,
    claimEach: async (ids, id) => ids.map(() => id),
    release: async () => undefined,
    delivery: async () => null,
    claimedBy: async (ids) => ids.map(() => null),
    recall: async (fact) => facts.get(fact) ?? null,
    remember: async (fact, value) => void facts.set(fact, value),
  };
}
