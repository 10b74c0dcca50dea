/**
 * POST /gateway/oauth2/token/getAccessToken and /refreshToken
 * (docs/platforms/yunzhijia.md, "Tokens"). The error codes are the sandbox' own.
 */
import { z } from "zod";
import { type Call, type Endpoint, type Reply, textField } from "../endpoint.ts";
import type { SandboxState } from "../state.ts";
import type { AccessToken } from "./access-tokens.ts";
import { ownCodes, parameterError, plainRefusal, plainSuccess } from "./answers.ts";

const timestampValidityMs = 3 * 60_000;
const text = z.string().min(1);
const timestamp = z.number().int().min(1e12).max(9_999_999_999_999);

const holderSchema = z.discriminatedUnion("scope", [
  z.object({ scope: z.literal("app"), appId: text, timestamp }),
  z.object({ scope: z.literal("team"), appId: text, eid: text, timestamp }),
  z.object({ scope: z.literal("resGroupSecret"), eid: text, timestamp }),
]);
const secretSchema = z.object({ secret: text });
const refreshSchema = z.object({ refreshToken: text });

type Holder = z.infer<typeof holderSchema>;

export const getAccessToken = tokenEndpoint((call, holder) => {
  const { secret } = secretSchema.parse(call.request.json);
  if (!isSecretOf(call.state, { holder, secret })) {
    return plainRefusal(ownCodes.wrongSecret, { error: "secret is wrong or unknown" });
  }
  return grant(
    call.state,
    call.state.tokens.currentOrNew(holder.scope, { owner: ownerOf(holder), holder: keyOf(holder) }),
  );
}, secretSchema);

export const refreshAccessToken = tokenEndpoint((call, holder) => {
  const { refreshToken } = refreshSchema.parse(call.request.json);
  const token = call.state.tokens.refresh(
    { scope: holder.scope, owner: ownerOf(holder), holder: keyOf(holder) },
    refreshToken,
  );
  if (!token) return plainRefusal(ownCodes.wrongRefreshToken, { error: "refreshToken is wrong or used" });
  return grant(call.state, token);
}, refreshSchema);

function tokenEndpoint(answer: (call: Call, holder: Holder) => Reply, credentials: z.ZodType): Endpoint {
  return {
    name: "token",
    kind: "token",
    methods: ["POST"],
    describe: ({ json }) => {
      const owner = textField(json, textField(json, "scope") === "resGroupSecret" ? "eid" : "appId");
      return { account: owner, entity: textField(json, "scope") };
    },
    perform: (call) => {
      const holder = holderSchema.safeParse(call.request.json ?? {});
      if (!holder.success)
        return plainRefusal(ownCodes.badTokenRequest, { error: parameterError(holder.error) });
      const credential = credentials.safeParse(call.request.json);
      if (!credential.success)
        return plainRefusal(ownCodes.badTokenRequest, { error: parameterError(credential.error) });
      if (isStale(call, holder.data)) {
        return plainRefusal(ownCodes.staleTimestamp, { error: "timestamp is not within 3 minutes" });
      }
      return answer(call, holder.data);
    },
  };
}

function isStale(call: Call, holder: Holder): boolean {
  const { clock } = call.state;
  return Math.abs(clock.now() - holder.timestamp) > clock.scaled(timestampValidityMs);
}

function isSecretOf(
  state: SandboxState,
  { holder, secret }: { readonly holder: Holder; readonly secret: string },
): boolean {
  const { appSecrets, eidSecrets } = state.accounts;
  if (holder.scope === "resGroupSecret") return eidSecrets.get(holder.eid) === secret;
  const isKnown = holder.scope === "app" || eidSecrets.has(holder.eid);
  return isKnown && appSecrets.get(holder.appId) === secret;
}

function ownerOf(holder: Holder): string {
  return holder.scope === "resGroupSecret" ? holder.eid : holder.appId;
}

function keyOf(holder: Holder): string {
  const eid = holder.scope === "team" ? holder.eid : "";
  return `${holder.scope} ${ownerOf(holder)} ${eid}`;
}

function grant(state: SandboxState, token: AccessToken): Reply {
  const expireIn = state.tokens.secondsLeft(token);
  return plainSuccess({ accessToken: token.token, expireIn, refreshToken: token.refreshToken }, "granted");
}
