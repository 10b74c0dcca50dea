/**
 * The way to an account's platform, for what a person asks now: the same limits, tokens and breaker as the workers'.
 * `app/` plugs it in, where the process has the account's secrets.
 */
import type { AccountAccess } from "../platforms/account-access.ts";
import type { Channel } from "../platforms/channel.ts";
import type { Receipt } from "../delivery/record.ts";

export interface PlatformReach {
  readonly account: AccountAccess;
  /** Its errors contain no secret. */
  readonly channels: readonly Channel[];
  /** What the platform named of the delivery with this key; null if nothing is known. */
  readonly receiptOf: (keyHash: string) => Promise<Receipt | null>;
}
