/**
 * The gateway in front of Yunzhijia's endpoints: POST, JSON, and a valid token of the right scope in the query
 * (doc 000, 1.1 and 1.2). How an invalid token is refused is not documented; see the setting `tokenRefusal`.
 */
import type { Call, Endpoint, EndpointKind, EndpointName, PlatformRequest, Reply } from "../endpoint.ts";
import type { SandboxState } from "../state.ts";
import type { AccessToken, TokenScope } from "./access-tokens.ts";
import { ownCodes, plainRefusal } from "./answers.ts";

type GatewayEndpoint = {
  readonly name: EndpointName;
  readonly kind: EndpointKind;
  readonly scope: TokenScope;
  entityOf(json: unknown): string | null;
  perform(call: Call, owner: string): Reply;
};

export function behindGateway(endpoint: GatewayEndpoint): Endpoint {
  return {
    name: endpoint.name,
    kind: endpoint.kind,
    methods: ["POST"],
    describe: (request, state) => ({
      account: tokenOf(request, state)?.owner ?? null,
      entity: endpoint.entityOf(request.json),
    }),
    perform: (call) => {
      const token = tokenOf(call.request, call.state);
      if (call.fault?.fault === "token-expired" && token) token.killed = true;
      if (!token || !call.state.tokens.isAlive(token)) return refuseToken(call);
      if (token.scope !== endpoint.scope) {
        return plainRefusal(ownCodes.wrongScope, { error: "token has another scope", status: 403 });
      }
      if (!isJson(call.request))
        return plainRefusal(ownCodes.badTokenRequest, { error: "body is not JSON", status: 415 });
      return endpoint.perform(call, token.owner);
    },
  };
}

function tokenOf(request: PlatformRequest, state: SandboxState): AccessToken | null {
  return state.tokens.find(request.query.get("accessToken") ?? "");
}

function refuseToken(call: Call): Reply {
  const asked = call.fault?.fault === "token-expired" ? call.fault.as : undefined;
  const status = (asked ?? call.state.settings.tokenRefusal) === "401" ? 401 : 200;
  return plainRefusal(ownCodes.deadToken, { error: "accessToken is invalid or expired", status });
}

function isJson(request: PlatformRequest): boolean {
  const type = request.headers["content-type"] ?? "";
  return type.startsWith("application/json") && request.json !== undefined;
}
