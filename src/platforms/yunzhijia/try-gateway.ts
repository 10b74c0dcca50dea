/**
 * Whether Yunzhijia refuses an account, by its answer to a call that changes nothing.
 */
import type { AccountAccess } from "../account-access.ts";
import type { Credentials } from "../channel.ts";
import { mayRefuseCredentials } from "../refused-credentials.ts";
import { toldBy } from "../try-credentials.ts";
import { askGateway, type GatewayCall } from "./gateway.ts";

/** Makes the call with a token. A refusal of the token endpoint counts like one of the call. */
export async function tryGateway(
  { bucket, ...call }: Omit<GatewayCall, "suspectsToken"> & { readonly bucket: string },
  { account, signal }: { readonly account: AccountAccess; readonly signal: AbortSignal },
): Promise<Credentials> {
  const reply = await askGateway(
    {
      call: { ...call, suspectsToken: mayRefuseCredentials },
      permit: async () => account.permitCall(bucket, signal),
    },
    { account, signal },
  );
  switch (reply.kind) {
    case "answer":
      return toldBy(reply.answer);
    case "noVerdict":
      return reply.why.kind === "unauthorized" ? "refused" : "untold";
    case "denied":
      return "untold";
  }
}
