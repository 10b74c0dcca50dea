/**
 * An account without Redis and without limits, on the real wire: for testing what a channel makes of an answer.
 */
import type { AccountAccess, AccountSettings } from "../platforms/account-access.ts";
import { PlatformWire, type Wire } from "../platforms/platform-http.ts";
import { startLyingServer, type LyingServer, type Reply } from "./lying-server.ts";

/** The access token, which must appear in no outcome. */
export const TOKEN = "token-that-nobody-may-see";

export interface BareAccount {
  readonly account: AccountAccess;
  readonly server: LyingServer;
  readonly close: () => Promise<void>;
}

/** Long enough for a busy machine. */
const ANSWER_MS = 10_000;

/** @param answerMs how long to wait for an answer */
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

/** Access without limits; claims and remembered facts live only as long as it. */
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
