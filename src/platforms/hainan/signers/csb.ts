/**
 * The signature of Alibaba CSB (docs/platforms/hainan.md, "Tasks"). That of apione is probably derived from it;
 * this is not proven.
 *
 * The call goes to the gateway's base URL, with the api path in a header.
 */
import { createHmac } from "node:crypto";
import { canonical, type Parameter } from "./canonical.ts";
import type { Sign } from "./signed-wire.ts";

interface CsbOptions {
  readonly accessKey: string;
  readonly secretKey: string;
  /** The path that, below the wire's base URL, stands for the base URL itself. */
  readonly basePath: string;
  /** Milliseconds since 1970. The gateway refuses a time that is too far from its own clock. */
  readonly now: () => number;
}

const API_VERSION = "1.0.0";

export function signCsb({ accessKey, secretKey, basePath, now }: CsbOptions): Sign {
  return (call) => {
    const query = Object.entries(call.query ?? {});
    const headers = {
      _api_name: call.path,
      _api_version: API_VERSION,
      _api_access_key: accessKey,
      _api_timestamp: String(now()),
    };
    const signature = csbSignature(secretKey, [...query, ...Object.entries(headers)]);
    return {
      ...call,
      path: basePath,
      headers: { ...call.headers, ...headers, _api_signature: signature },
    };
  };
}

/** Signs the parameters and the signing headers, without the signature itself. */
export function csbSignature(secretKey: string, parameters: readonly Parameter[]): string {
  return createHmac("sha1", secretKey).update(canonical(parameters), "utf8").digest("base64");
}
