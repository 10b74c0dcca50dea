/**
 * Whether a platform refuses an account, by its answer to a call that changes nothing.
 */
import type { AccountAccess } from "./account-access.ts";
import type { Credentials } from "./channel.ts";
import { classifyTransport } from "./classify-http.ts";
import type { PlatformAnswer, PlatformCall } from "./platform-http.ts";
import { mayRefuseCredentials } from "./refused-credentials.ts";

/** For platforms without tokens. */
export async function tryCall(
  { bucket, ...call }: PlatformCall & { readonly bucket: string },
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<Credentials> {
  const permit = await account.permitCall(bucket, signal);
  if (permit.kind === "denied") return "untold";
  return toldBy(await account.call({ ...call, leaveBy: permit.leaveBy }, signal));
}

/** Any other answer, even one that refuses the call itself, shows that the credentials were taken. */
export function toldBy(answer: PlatformAnswer): Credentials {
  if (mayRefuseCredentials(answer)) return "refused";
  switch (classifyTransport(answer, 0)?.kind) {
    case undefined:
    case "rejected":
      return "taken";
    case "unauthorized":
      return "refused";
    case "unknown":
    case "unreachable":
    case "throttled":
    case "invalid":
      return "untold";
  }
}
