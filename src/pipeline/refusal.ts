/**
 * What a refusal of the credentials means: the account is refused, or only what this delivery would send.
 *
 * A firewall that dislikes one text answers 403 to it, and to nothing else. So the account is held only
 * when a call that changes nothing is refused too; else the delivery is rejected, and the others go on.
 */
import type { AccountAccess } from "../channels/account-access.ts";
import type { Channel, Credentials } from "../channels/channel.ts";
import type { SendOutcome } from "../delivery/outcome.ts";

/** Many that are refused at once ask once. */
const ONE_ANSWER_FOR_MS = 5_000;

interface Asked {
  readonly at: number;
  readonly credentials: Promise<Credentials>;
}

const asked = new WeakMap<AccountAccess, Map<Channel, Asked>>();

export interface Refusal {
  readonly outcome: SendOutcome;
  /** The account is refused: a person must look. */
  readonly holds: boolean;
}

type Unauthorized = Extract<SendOutcome, { kind: "unauthorized" }>;

/** @param wasSent false where the token endpoint itself refused, so that nothing was sent */
export async function refusalOf(
  outcome: Unauthorized,
  { channel, account, wasSent }: { channel: Channel; account: AccountAccess; wasSent: boolean },
  { now, signal }: { now: number; signal: AbortSignal },
): Promise<Refusal> {
  if (!wasSent) return { outcome, holds: true };
  switch (await credentialsOf(channel, account, now, signal)) {
    case "refused":
      return { outcome, holds: true };
    case "taken": {
      const text =
        "the platform, or a firewall before it, refuses this delivery, and takes the account's other calls";
      return { outcome: { kind: "rejected", code: outcome.detail, text }, holds: false };
    }
    case "untold":
      // Tried again later, like what could not leave.
      return { outcome: { ...outcome, kind: "unreachable" }, holds: false };
  }
}

async function credentialsOf(
  channel: Channel,
  account: AccountAccess,
  now: number,
  signal: AbortSignal,
): Promise<Credentials> {
  const byChannel = asked.get(account) ?? new Map<Channel, Asked>();
  asked.set(account, byChannel);
  const known = byChannel.get(channel);
  const at = performance.now();
  if (known !== undefined && at - known.at < ONE_ANSWER_FOR_MS) return known.credentials;
  const credentials = channel.tryCredentials(account, now, signal);
  byChannel.set(channel, { at, credentials });
  return credentials;
}
