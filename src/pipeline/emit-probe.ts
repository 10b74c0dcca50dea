/**
 * Reports to the breaker how its probe went. A probe that asked nothing (its reference was missing, or it was too late to
 * leave) proved nothing: the next call becomes the probe. Without a token the probe has failed.
 */
import type { CallKind } from "../account/ports.ts";
import type { AccountContext } from "./account-context.ts";
import type { RecordedAccount } from "./call-recorder.ts";

export async function emitProbe(
  { of, isOk }: { readonly of: CallKind; readonly isOk: boolean },
  {
    seen,
    context: { calls, deliveries },
  }: {
    readonly seen: Pick<RecordedAccount, "calls" | "noToken">;
    readonly context: Pick<AccountContext, "calls" | "deliveries">;
  },
): Promise<void> {
  if (seen.calls === 0 && seen.noToken === null) await deliveries.handBackProbe(of);
  else await calls.probed(of, isOk);
}
