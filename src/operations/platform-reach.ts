/**
 * Access to an account's platform for a person's request, with the same limits, tokens and breaker as the
 * workers. `app/` provides it where the process has the account's secrets.
 */
import type { AccountAccess } from "../platforms/account-access.ts";
import type { Channel } from "../platforms/channel.ts";
import type { Receipt } from "../delivery/record.ts";

export interface PlatformReach {
  readonly account: AccountAccess;
  /** Its errors contain no secret. */
  readonly channels: readonly Channel[];
  /** The receipt of the delivery with this key; null if none is known. */
  readonly receiptOf: (keyHash: string) => Promise<Receipt | null>;
}
