/**
 * What a refusal of the credentials means: that the account is refused, or only this delivery's send.
 *
 * A firewall may answer 403 to one text, and take everything else. So the account is held only when a call that
 * changes nothing is refused too. Otherwise this delivery is refused; that is believed only after some rounds
 * (`decide-send.ts`), because a token may expire and be replaced between two calls.
 */
import type { AccountAccess } from "../platforms/account-access.ts";
import type { Channel, Credentials } from "../platforms/channel.ts";
import type { SendOutcome } from "../delivery/outcome.ts";

interface Questions {
  /** The trial under way. It may have been answered before a refusal that comes now. */
  readonly current: Promise<Credentials>;
  /** The trial after it, for all sends that are refused meanwhile. */
  next: Promise<Credentials> | null;
}

/** The part of a channel that tries credentials. */
type Credited = Pick<Channel, "tryCredentials">;

const asked = new WeakMap<AccountAccess, Map<Credited, Questions>>();

export interface CredentialsVerdict {
  readonly outcome: SendOutcome;
  /** Whether the account is held: a person must look. */
  readonly holds: boolean;
}

type Unauthorized = Extract<SendOutcome, { kind: "unauthorized" }>;

/** @param wasSent false where the token endpoint refused, so that nothing was sent */
export async function credentialsVerdict(
  outcome: Unauthorized,
  {
    channel,
    account,
    wasSent,
    now,
    signal,
  }: { channel: Credited; account: AccountAccess; wasSent: boolean; now: number; signal: AbortSignal },
): Promise<CredentialsVerdict> {
  if (!wasSent) return { outcome, holds: true };
  // The channel has tried the very credentials that were refused: they were taken.
  if (outcome.refusal != null) return { outcome, holds: false };
  switch (await credentialsOf({ channel, account }, { now, signal })) {
    case "refused":
      return { outcome, holds: true };
    case "taken": {
      // `refusal: null`: the channel has tried the refused credentials, which were refused again. So these are
      // other ones.
      if (outcome.refusal === null) return { outcome: later(outcome), holds: false };
      return { outcome: { ...outcome, refusal: { code: outcome.detail, text: ALONE } }, holds: false };
    }
    case "untold":
      return { outcome: later(outcome), holds: false };
  }
}

const ALONE =
  "the platform, or a firewall before it, refuses this delivery, and takes the account's other calls";

/** To be tried again, like a send that could not leave; the channel's memo is kept. */
function later({ detail, memo }: Unauthorized): SendOutcome {
  return { kind: "unreachable", detail, ...(memo === undefined ? {} : { memo }) };
}

/**
 * Tries the credentials. Many sends that are refused at once share one trial, or two: a trial that began before
 * a refusal says nothing about the credentials after it.
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
