/**
 * The gateway in front of the task centre: it takes parameters from query and form, and checks the signature
 * that the setting `hainanSigner` requires. Under `csb` the call goes to the base URL with the api path in
 * `_api_name`; else to base + path.
 */
import {
  type Call,
  type Endpoint,
  type EndpointName,
  jsonReply,
  type PlatformRequest,
  type Reply,
} from "../endpoint.ts";
import type { Clock } from "../clock.ts";
import { csbSignature, isSameSignature, type Parameter, zwddSignature } from "./signature.ts";

export const hainanBase = "/apione";
const timestampValidityMs = 15 * 60_000;

type TaskEndpoint = {
  readonly name: EndpointName;
  readonly entity: string;
  readonly answer: (call: Call, parameters: Readonly<Record<string, string>>) => Reply;
};

export function taskEndpoint({ name, entity, answer }: TaskEndpoint): Endpoint {
  return {
    name,
    kind: "write",
    methods: ["GET", "POST"],
    describe: (request) => ({
      account: header(request, "_api_access_key") || header(request, "apikey") || "hainan",
      entity: parametersOf(request).find(([key]) => key === entity)?.[1] ?? null,
    }),
    perform: (call) => {
      const refusal = refuseSignature(call);
      if (refusal)
        return jsonReply(
          { success: false, errorCode: "SANDBOX.SIGNATURE", errorMsg: refusal },
          { outcome: refusal, status: 401 },
        );
      return answer(call, Object.fromEntries(parametersOf(call.request)));
    },
  };
}

/** Why the signature is refused; null if it is right. */
function refuseSignature(call: Call): string | null {
  switch (call.state.settings.hainanSigner) {
    case "none":
      return null;
    case "csb":
      return refuseCsb(call);
    case "zwdd":
      return refuseZwdd(call);
  }
}

function refuseCsb({ request, state }: Call): string | null {
  const names = ["_api_name", "_api_version", "_api_access_key", "_api_timestamp"];
  const headers = names.map((name): Parameter => [name, header(request, name)]);
  if (headers.some(([, value]) => value === "")) return "a header of the signature is missing";
  if (isOld(Number(header(request, "_api_timestamp")), state.clock)) return "the timestamp is too far off";
  const secret = state.accounts.hainanSecrets.get(header(request, "_api_access_key"));
  if (secret === undefined) return "the access key is unknown";
  const expected = csbSignature(secret, [...parametersOf(request), ...headers]);
  return isSameSignature(expected, header(request, "_api_signature")) ? null : "the signature is wrong";
}

function refuseZwdd({ request, state }: Call): string | null {
  const [timestamp, nonce, version] = ["timestamp", "nonce", "version"].map((name) =>
    header(request, `x-hmac-auth-${name}`),
  );
  if (!timestamp || !nonce || version !== "1.0") return "a header of the signature is missing";
  if (isOld(Date.parse(timestamp), state.clock)) return "the timestamp is too far off";
  const secret = state.accounts.hainanSecrets.get(header(request, "apikey"));
  if (secret === undefined) return "the access key is unknown";
  const given = header(request, "x-hmac-auth-signature");
  // Whether the gateway's own prefix is part of the signed path is not public: both are right here.
  const paths = [request.path, request.path.slice(hainanBase.length)];
  const isRight = paths.some((path) => {
    const signed = { method: request.method, timestamp, nonce, path, parameters: parametersOf(request) };
    return isSameSignature(zwddSignature(secret, signed), given);
  });
  return isRight ? null : "the signature is wrong";
}

function isOld(timestamp: number, clock: Clock): boolean {
  return !(Math.abs(clock.now() - timestamp) <= clock.scaled(timestampValidityMs));
}

function parametersOf(request: PlatformRequest): Parameter[] {
  const isForm = header(request, "content-type").startsWith("application/x-www-form-urlencoded");
  return [...request.query, ...(isForm ? new URLSearchParams(request.text) : [])];
}

function header(request: PlatformRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}
