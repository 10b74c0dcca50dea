/**
 * Reports to the breaker how its probe went. A probe that asked nothing (its reference was missing, or it was too late to
 * leave) proved nothing: the next call becomes the probe. Without a token the probe has failed.
 */
import type { CallKind } from "../account/ports.ts";
import type { AccountContext } from "./account-context.ts";
import type { RecordedAccount } from "./recorded-account.ts";

export async function emitProbe(
  { of, isOk }: { readonly of: CallKind; readonly isOk: boolean },
  {
    recorded,
    context: { calls, deliveries },
  }: {
    readonly recorded: Pick<RecordedAccount, "calls" | "noToken">;
    readonly context: Pick<AccountContext, "calls" | "deliveries">;
  },
): Promise<void> {
  if (recorded.calls === 0 && recorded.noToken === null) await deliveries.handBackProbe(of);
  else await calls.probed(of, isOk);
}
