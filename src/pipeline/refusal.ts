/**
 * What a refusal of the credentials means: the account is refused, or only what this delivery would send.
 *
 * A firewall that refuses one text answers 403 to it, and to nothing else. So the account is held only
 * when a call that changes nothing is refused too. Else this delivery is refused, which is believed
 * after some rounds (`decide-send.ts`): a token may expire and be replaced between two calls.
 */
import type { AccountAccess } from "../platforms/account-access.ts";
import type { Channel, Credentials } from "../platforms/channel.ts";
import type { SendOutcome } from "../delivery/outcome.ts";

interface Questions {
  /** Under way: it may have been answered before a refusal that comes now. */
  readonly current: Promise<Credentials>;
  /** Asked after it, for all that are refused meanwhile. */
  next: Promise<Credentials> | null;
}

/** Of a channel, what asks whether the credentials are taken. */
type Credited = Pick<Channel, "tryCredentials">;

const asked = new WeakMap<AccountAccess, Map<Credited, Questions>>();

export interface Refusal {
  readonly outcome: SendOutcome;
  /** The account is refused: a person must look. */
  readonly holds: boolean;
}

type Unauthorized = Extract<SendOutcome, { kind: "unauthorized" }>;

/** @param wasSent false where the token endpoint itself refused, so that nothing was sent */
export async function refusalOf(
  outcome: Unauthorized,
  {
    channel,
    account,
    wasSent,
    now,
    signal,
  }: { channel: Credited; account: AccountAccess; wasSent: boolean; now: number; signal: AbortSignal },
): Promise<Refusal> {
  if (!wasSent) return { outcome, holds: true };
  // The channel has tried the very credentials that were refused: they were taken.
  if (outcome.refusal != null) return { outcome, holds: false };
  switch (await credentialsOf({ channel, account }, { now, signal })) {
    case "refused":
      return { outcome, holds: true };
    case "taken": {
      // Other credentials than those that were refused, where the channel has tried those.
      if (outcome.refusal === null) return { outcome: later(outcome), holds: false };
      return { outcome: { ...outcome, refusal: { code: outcome.detail, text: ALONE } }, holds: false };
    }
    case "untold":
      return { outcome: later(outcome), holds: false };
  }
}

const ALONE =
  "the platform, or a firewall before it, refuses this delivery, and takes the account's other calls";

/** Tried again, like what could not leave; what the channel wants to know again then is kept. */
function later({ detail, memo }: Unauthorized): SendOutcome {
  return { kind: "unreachable", detail, ...(memo === undefined ? {} : { memo }) };
}

/**
 * Many that are refused at once ask once, or twice: what is asked before a refusal says nothing of the
 * credentials after it.
 */
async function credentialsOf(
  { channel, account }: { readonly channel: Credited; readonly account: AccountAccess },
  { now, signal }: { readonly now: number; readonly signal: AbortSignal },
): Promise<Credentials> {
  const byChannel = asked.get(account) ?? new Map<Credited, Questions>();
  asked.set(account, byChannel);
  const underWay = byChannel.get(channel);
  if (underWay !== undefined) {
    underWay.next ??= underWay.current.then(async () => credentialsOf({ channel, account }, { now, signal }));
    return underWay.next;
  }
  const current = channel.tryCredentials(account, { now, signal }).catch(untold);
  const questions: Questions = { current, next: null };
  byChannel.set(channel, questions);
  try {
    return await current;
  } finally {
    byChannel.delete(channel);
  }
}

/** An error (Redis is away, a channel has a bug) says nothing about the credentials. */
function untold(): Credentials {
  return "untold";
}
